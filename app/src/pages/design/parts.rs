//! The sections of `/design`, in the order in which a screen is built.

use chorale_ui::alert::Alert;
use chorale_ui::button::Kind;
use chorale_ui::timeline::Event;
use chorale_ui::*;
use leptos::prelude::*;

/// All of them.
pub fn all() -> AnyView {
    view! {
        {spec("colour", "Colour", "Chrome has none, so that colour can mean data. One set of OKLCH tokens.", colour())}
        {spec("type", "Type", "System fonts. 14/20 body, 13/18 tables, tabular figures, mono for accessions and hashes.", words())}
        {spec("icons", "Icons", "One 16 px grid, 1.5 px strokes. A word stands beside each.", icons())}
        {spec("buttons", "Buttons", "One primary action on a screen.", buttons())}
        {spec("inputs", "Inputs", "Labels above, hints and errors beneath. An error says what is right.", inputs())}
        {spec("terms", "Terms while typing", "A field that takes a name or an id; letters show what fits, with samples, place and meaning.", terms())}
        {spec("prose", "Prose", "What members write, as Markdown, such as a guideline.", crate::markdown::markdown(PROSE))}
        {spec("marks", "Chips, badges, status", "A chip can be removed. A badge counts or names. A status is icon, word and colour.", marks())}
        {spec("tabs", "Tabs and facts", "Underlined tabs are links. Key facts are a definition list.", tabs())}
        {spec("tables", "Tables", "Four faces of one height: content, loading, empty, error.", tables())}
        {spec("facets", "Facets", "Links with counts. What is chosen comes first, with ✕. The ground shows the share.", facets())}
        {spec("charts", "Charts", "The title says the finding, n is shown, the data stand beneath.", charts())}
        {spec("evidence", "Evidence", "The words that a value was read from, marked where they stand. A mark names its field; colour only helps.", evidence())}
        {spec("messages", "Messages and progress", "What happened, what is safe, what to do.", messages())}
        {spec("history", "History", "What happened, newest first.", history())}
    }
    .into_any()
}

const PROSE: &str = "Tissue *beside* a tumour is **healthy** when the submitter calls it normal.\n\n- `adjacent`\n- `non-tumor`\n\n> A study's summary is no evidence for one sample.";

fn spec(id: &'static str, title: &'static str, text: &'static str, body: AnyView) -> impl IntoView {
    let heading = format!("{id}-h");
    let labelled = heading.clone();
    view! {
        <section class="spec" id=id aria-labelledby=labelled>
            <header><h2 id=heading>{title}</h2><p>{text}</p></header>
            <div class="stack">{body}</div>
        </section>
    }
    .into_any()
}

fn row(label: &'static str, body: impl IntoView + 'static) -> AnyView {
    view! { <div class="spec-row"><span>{label}</span><div class="row gap-3">{body}</div></div> }.into_any()
}

fn colour() -> AnyView {
    let names = [
        "canvas",
        "surface",
        "sunk",
        "hair",
        "line",
        "edge",
        "ink",
        "ink-2",
        "ink-3",
        "accent",
        "accent-soft",
        "mark",
        "ok",
        "warn",
        "bad",
        "info",
        "ok-soft",
        "warn-soft",
        "bad-soft",
        "info-soft",
        "cat-1",
        "cat-2",
        "cat-3",
        "cat-4",
        "cat-5",
        "cat-6",
        "cat-7",
        "cat-8",
        "seq-1",
        "seq-2",
        "seq-3",
        "seq-4",
        "seq-5",
    ];
    let swatches = names.map(|name| view! { <div data-swatch=name><code>{format!("--{name}")}</code></div> });
    view! { <div class="swatches">{swatches.collect_view()}</div> }.into_any()
}

fn words() -> AnyView {
    view! {
        <p class="title">"Page title, 20/28"</p>
        <h2>"Section, 15/20"</h2>
        <h3>"Block, 13/18"</h3>
        <p>
            "Body, 14/20. A sample says what its submitter wrote; Chorale says what it means. " <a href="#type">"A link"</a> ", "
            <b>"strong"</b> ", " <code>"GSM146778"</code> ", " <mark>"found words"</mark> "."
        </p>
        <p class="dense">"Dense, 13/18, for tables and rails."</p>
        <p class="small ink-3">"Small, 12/16, for hints and units."</p>
        <div class="row"><Kbd key="/"/><Kbd key="⌘K"/><Kbd key="J"/><a class="acc" href="#type">"GSE6344"</a></div>
        <code class="code" tabindex="0" role="region" aria-label="Code">"chorale.connect(url, token).search(\"liver cancer\")"</code>
    }
    .into_any()
}

fn icons() -> AnyView {
    let icons =
        Icon::ALL.iter().map(|icon| view! { <span class="row gap-1 small"><Glyph icon=*icon/>{icon.id()}</span> });
    view! { <div class="row gap-5">{icons.collect_view()}</div> }.into_any()
}

fn buttons() -> AnyView {
    let kinds = view! {
        <Button r#type="button" kind=Kind::Primary text="Import"/>
        <Button r#type="button" text="Default"/>
        <Button r#type="button" kind=Kind::Quiet text="Quiet"/>
        <Button r#type="button" kind=Kind::Danger text="Revoke"/>
    };
    let small = view! {
        <Button r#type="button" small=true kind=Kind::Primary text="Primary"/>
        <Button r#type="button" small=true text="Default"/>
        <Button r#type="button" small=true kind=Kind::Quiet text="Quiet"/>
        <Button r#type="button" small=true kind=Kind::Danger text="Danger"/>
    };
    let iconed = view! {
        <Button r#type="button" kind=Kind::Primary icon=Icon::Plus text="New collection"/>
        <LinkButton href="#buttons" icon=Icon::DownTray text="Export"/>
    };
    let off = view! {
        <Button r#type="button" busy=true text="Saving"/>
        <Button r#type="button" kind=Kind::Primary busy=true text="Saving"/>
        <Button r#type="button" disabled=true text="Off"/>
        <Button r#type="button" kind=Kind::Primary disabled=true text="Off"/>
    };
    let views = [("Raw", false), ("Harmonized", true), ("Both", false)];
    let views = views.map(|(words, on)| (words.to_owned(), "#buttons".to_owned(), on)).to_vec();
    [
        row("Kinds", kinds),
        row("With icon", iconed),
        row("Small", small),
        row("Busy, off", off),
        row("One of a few", view! { <Segmented label="Values" items=views/> }),
    ]
    .collect_view()
    .into_any()
}

fn inputs() -> AnyView {
    let roles = ["scientist", "curator", "admin"].map(|role| (role.to_owned(), role.to_owned())).to_vec();
    view! {
        <div class="grid min-15 gap-5">
            <Field name="d1" label="Name" value="renal, paired" hint="shown to everyone here"/>
            <Field name="d2" label="Accession" value="GSE12x" mono=true error=Some("An accession is GSE and digits, such as GSE6344.".to_owned())/>
            <Field name="d3" label="Empty" placeholder="three letters of a term"/>
            <Field name="d4" label="Off" value="only admins change this" disabled=true/>
            <TextArea name="d9" label="Several lines" rows=3 value="tissue: liver" mono=true hint="one attribute to a line"/>
            <Select name="d5" label="Role" options=roles value="curator"/>
        </div>
        <div>
            <label class="sr" for="d7">"Query"</label>
            <input class="input" id="d7" data-mono aria-invalid="true" aria-describedby="d7-note" value="tissue:liver and (disease:hcc"/>
            <Caret at=17 message="This bracket is never closed." id="d7-note"/>
        </div>
        <div class="row gap-6">
            <label class="option"><input type="checkbox" class="check" checked=true/>"Include synonyms"</label>
            <label class="option"><input type="radio" class="check" name="d8" checked=true/>"Static"</label>
            <label class="option"><input type="radio" class="check" name="d8"/>"Dynamic"</label>
            <label class="option"><input type="checkbox" class="check" disabled=true/>"Off"</label>
        </div>
    }
    .into_any()
}

/// The list as it stands open, under a field that nobody types into.
fn terms() -> AnyView {
    let option = |chosen: bool, name: &'static str, samples: &'static str, path: &'static str, means: &'static str| {
        view! {
            <li role="option" aria-selected=chosen.to_string()>
                <span class="term">{name}</span><span class="count">{samples}</span>
                <span class="path">{path}</span><span class="path">{means}</span>
            </li>
        }
    };
    view! {
        <div class="termbox" data-open>
            <label class="sr" for="d10">"A tissue"</label>
            <input class="input" id="d10" value="liv" aria-controls="d10-list"/>
            <ul class="termbox-list" id="d10-list" role="listbox" aria-label="Tissues">
                {option(true, "liver", "412 samples", "UBERON:0002107 · abdomen element › digestive system gland", "An exocrine gland which secretes bile.")}
                {option(false, "lobe of liver (liver lobe)", "3 samples", "UBERON:0001113 · liver", "Multi-tissue structure that is part of the liver.")}
            </ul>
        </div>
    }
    .into_any()
}

fn marks() -> AnyView {
    let states = [
        (Tone::Ok, None, "succeeded"),
        (Tone::Info, Some(Icon::Run), "running"),
        (Tone::Warn, None, "warning"),
        (Tone::Bad, None, "failed"),
        (Tone::Plain, Some(Icon::Clock), "queued"),
    ];
    let plain =
        states.map(|(tone, icon, word)| view! { <Status tone=tone icon=icon.unwrap_or(tone.icon()) word=word/> });
    let soft = states
        .map(|(tone, icon, word)| view! { <Status soft=true tone=tone icon=icon.unwrap_or(tone.icon()) word=word/> });
    let chips = view! {
        <Chip key="organism" text="Homo sapiens" remove="#marks"/>
        <Chip text="hepatoblastoma"/>
    };
    [
        row("Chips", chips),
        row("Badges", view! { <Badge text="version 2"/><Badge text="shared"/> }),
        row("Status", plain.collect_view()),
        row("Soft", soft.collect_view()),
        row("Absent", view! { <Absent reason="not reported by the source"/> }),
    ]
    .collect_view()
    .into_any()
}

fn tabs() -> AnyView {
    let tab = |text, n, here| Tab { text, href: "#tabs".to_owned(), n, here };
    let tabs = vec![
        tab("Overview", None, true),
        tab("Samples", Some(20), false),
        tab("Files", Some(3), false),
        tab("History", None, false),
    ];
    view! {
        <Tabs label="Example" tabs=tabs/>
        <Facts>
            <Fact label="Samples">"20"</Fact>
            <Fact label="Organism">"Homo sapiens"</Fact>
            <Fact label="Public since">"23 Nov 2006"</Fact>
        </Facts>
        <div class="stats">
            <dl class="stat"><dt>"Samples"</dt><dd>"107,863"</dd><dd class="stat-note">"distinct"</dd></dl>
            <dl class="stat"><dt>"Stored"</dt><dd>"4.2 GB"</dd><dd class="stat-note">"of 10.0 GB"</dd></dl>
        </div>
    }
    .into_any()
}

fn tables() -> AnyView {
    let head = || {
        view! {
            <SortHead text="Sample" href="#tables" sorted=Some("ascending")/>
            <th scope="col">"Title"</th>
            <SortHead text="Age" unit="years" number=true href="#tables"/>
        }
    };
    let foot = || {
        view! { <TableFoot total=3_564 noun="samples" took_ms=Some(6.8) next="#tables"><CopyAs snippets=vec![
            Snippet { language: "Python", text: "chorale.connect(url, token).search(\"liver\")".to_owned() },
            Snippet { language: "curl", text: "curl -H \"Authorization: Bearer $TOKEN\" \"$URL/api/v1/search?q=liver\"".to_owned() },
        ]/></TableFoot> }
    };
    let rows = [("GSM146778", "Stage 1, PT#2, Normal", Some("35")), ("GSM146779", "Stage 1, PT#2, Tumor", None)];
    let rows = rows.map(|(accession, title, age)| {
        let age = match age {
            Some(age) => age.into_any(),
            None => view! { <Absent reason="not reported by the source"/> }.into_any(),
        };
        view! { <tr><th scope="row"><a class="acc" href="#tables">{accession}</a></th><td>{title}</td><td class="num">{age}</td></tr> }
    });
    view! {
        <div class="grid min-24">
            <Table caption="Content" head=head foot=foot>{rows.collect_view()}</Table>
            <TableSkeleton caption="Loading" columns=3 rows=3/>
            <div class="panel">
                <Empty icon=Icon::Search title="No sample says “liver cancr”" text="Nothing matches all the words. Remove one, or search for a part.">
                    <LinkButton href="#tables" text="Search for liver"/>
                </Empty>
            </div>
            <div class="panel">
                <Empty icon=Icon::Warn loud=true title="The index did not answer" text="Your data are safe. Search works again once the index is open.">
                    <LinkButton href="#tables" text="Try again"/>
                </Empty>
            </div>
        </div>
    }
    .into_any()
}

fn facets() -> AnyView {
    let years = (2003..=2012)
        .zip([0, 2, 25, 55, 165, 294, 627, 254, 637, 151])
        .map(|(year, n)| (year.to_string(), n))
        .collect::<Vec<_>>();
    let kinds = [("hepatocellular carcinoma", 2_990), ("hepatoblastoma", 89)].map(|(label, n)| {
        view! { <Branch label=label below=vec![]><FacetLink href="#facets" label=label n=n max=3_564/></Branch> }
            .into_any()
    });
    let kinds = kinds.into_iter().collect::<Vec<_>>();
    view! {
        <div class="grid min-15">
            <div class="panel">
                <Facet title="Organism" hint="chosen">
                    <FacetLink href="#facets" label="Homo sapiens" n=3_564 max=3_564 chosen=true/>
                    <FacetLink href="#facets" label="Mus musculus" n=267 max=3_564/>
                    <FacetLink href="#facets" label="Rattus norvegicus" n=1_890 max=3_564/>
                </Facet>
            </div>
            <div class="panel">
                <Facet title="Disease" tree=true>
                    <ul>
                        <Branch label="liver cancer" open=true below=kinds>
                            <FacetLink href="#facets" label="liver cancer" n=3_564 max=3_564 title="MONDO:0002691"/>
                        </Branch>
                    </ul>
                </Facet>
            </div>
            <div class="panel">
                <Facet title="Year"><Histogram small=true title="Samples a year" note="most in 2011" unit="Year" columns=years/></Facet>
            </div>
        </div>
    }
    .into_any()
}

fn charts() -> AnyView {
    let groups = [
        ("healthy, stage 1 patient", 5),
        ("tumour, stage 1", 8),
        ("healthy, stage 2 patient", 5),
        ("tumour, stage 2", 2),
    ];
    let groups = groups.map(|(label, n)| (label.to_owned(), n)).to_vec();
    let years =
        (2005..=2010).zip([25, 55, 165, 294, 627, 254]).map(|(year, n)| (year.to_string(), n)).collect::<Vec<_>>();
    // As if decided: what a share of so many is sure of.
    let bands = [(0.70, 0.55, 0.82, 40), (0.82, 0.70, 0.90, 55), (0.91, 0.85, 0.95, 160), (0.98, 0.94, 0.99, 150)];
    let points = ["0.60", "0.70", "0.80", "0.90"].into_iter().zip(bands);
    let points = points.map(|(label, share)| IntervalPoint { label: label.to_owned(), share: Some(share) }).collect();
    let falling = |label: &str, colour: usize, to: f64| {
        let points = (0..30).map(|step| (f64::from(step), to + 1.4 * (-f64::from(step) / 6.0).exp())).collect();
        Curve { label: label.to_owned(), colour, points, behind: vec![], logged: 30 }
    };
    let curves = || vec![falling("train", 0, 0.12), falling("held back", 1, 0.31)];
    let smoothed = || {
        let curve = falling("train", 0, 0.12);
        let wavering = |(x, y): &(f64, f64)| (*x, y + 0.12 * (x * 2.1).sin());
        vec![Curve { behind: curve.points.iter().map(wavering).collect(), ..curve }]
    };
    let runs = || {
        let names = ["forest-1", "forest-2", "boosted-1", "boosted-2"];
        names.map(|label| Thing { label: label.to_owned(), href: "#charts".to_owned() }).to_vec()
    };
    let dimension = |label: &str, texts: [&str; 4]| {
        Dimension::of(label, texts.map(|text| Some(text.to_owned()).filter(|text| !text.is_empty())).to_vec())
    };
    let trees = || dimension("trees", ["10", "80", "40", "120"]);
    let score = || dimension("f1", ["0.71", "0.78", "0.83", "0.86"]);
    let kind = || dimension("model", ["forest", "forest", "boosted", ""]);
    view! {
        <div class="grid min-22">
            <Scatter title="More trees help either model" note="n = 4 runs (made-up)" things=runs() x=trees() y=score() colour=Some(kind())/>
            <Parallel title="How three columns meet, coloured by f1" note="n = 4 runs (made-up), one without a model" things=runs() axes=vec![kind(), trees(), score()]/>
            <BarList title="Stage 1 tumours are the largest group" note="n = 20 samples (made-up)" rows=groups/>
            <Histogram title="Most samples came in 2009" note="n = 1,420 samples (made-up)" unit="Year" columns=years/>
            <Intervals title="From 0.80 on nine in ten are right" note="n = 405 decisions (made-up)" unit="Score from" points=points promised=Some((0.9, "promised 90%".to_owned())) from=Some((0.5, "accepted".to_owned()))/>
            <Curves title="Held-back loss stopped falling at step 20" note="n = 30 steps (made-up)" unit="step" curves=curves()/>
            <Curves title="The same on a logarithmic scale" note="n = 30 steps (made-up) · logarithmic" unit="step" curves=curves() log=true/>
            <Curves title="A curve before what it was smoothed from" note="n = 30 steps (made-up) · smoothed by 0.9" unit="step" curves=smoothed()/>
        </div>
        {row("Sparkline", view! { <Sparkline points=vec![3.0, 5.0, 4.0, 8.0, 12.0, 11.0, 9.0, 14.0]/> })}
        {row("Shares", view! { <Shares total=100 parts=vec![("accepted by annotators", 61, 1), ("accepted by people", 12, 3), ("in review", 9, 5)]/> })}
        {row("Score", view! { <Score value=0.96/> <Score value=0.31/> })}
        {row("Bar", view! { <Bar part=0.46 label="46 percent"/> <span class="dense num">"46%"</span> })}
    }
    .into_any()
}

fn evidence() -> AnyView {
    let span = |start, end, label: &str, tint| Span { start, end, label: label.to_owned(), note: String::new(), tint };
    let text = "liver tumour, adj. normal; 5uM sorafenib 24h";
    let spans = vec![span(0, 5, "tissue", Some(1)), span(14, 25, "condition", Some(2)), span(31, 40, "drug", Some(4))];
    [
        row(
            "One value",
            view! { <span>"Human " <Marked text="Renal Epithelium" spans=vec![span(0, 5, "1", None)]/></span> },
        ),
        row("By field", view! { <span><Marked text=text spans=spans/></span> }),
    ]
    .collect_view()
    .into_any()
}

fn messages() -> AnyView {
    view! {
        <Alert tone=Tone::Info title="A new version is ready."><p>"GSE6344 changed at its source; version 2 holds the new bytes."</p></Alert>
        <Alert tone=Tone::Ok title="The password was changed."><p>"Other sessions were signed out."</p></Alert>
        <Alert tone=Tone::Warn title="The table has fewer rows than announced."><p>"Line 2,332 announced 22,283; 1,000 were kept."</p></Alert>
        <Alert tone=Tone::Bad title="E-mail or password is not right."><p>"Nothing was changed. Try again, or ask an admin for a reset."</p></Alert>
        <Progress part=Some(0.64) label="Import" note="64%, 1 s left"/>
        <Progress part=None label="Import of unknown length" note="reading"/>
        <Skeleton width="l" height="title"/>
        <Skeleton width="m"/>
    }
    .into_any()
}

fn history() -> AnyView {
    let event = |tone, text: &str, note: &str| Event { tone, text: text.to_owned(), note: note.to_owned() };
    view! {
        <Timeline events=vec![
            event(Tone::Ok, "Version 2", "imported by a curator, 12 May 2026"),
            event(Tone::Plain, "Version 1", "imported by a curator, 4 Mar 2026"),
        ]/>
    }
    .into_any()
}
