//! A small world: organs and diseases, studies that name them in their own ways.

use super::{
    Evidence, FieldSpec, Gold, Hit, Learned, Proposal, Sample, Study, TermNumber, Terms, TrainOptions, Verdict,
};
use chorale_ontology::Library;

const ORGANS: [&str; 4] = ["liver", "lung", "kidney", "spleen"];
/// Organs of one study each: only the dictionary can know them.
const RARE: usize = 40;
/// What implies an organ without naming it.
const HINTS: [&str; 4] = ["hepatocyte rich", "bronchial wash", "glomerulus prep", "white pulp"];

fn terms() -> Terms {
    let mut obo = "format-version: 1.2\n\n[Term]\nid: ORGAN:0\nname: organ\n".to_owned();
    for (number, name) in ORGANS.iter().enumerate() {
        obo += &format!("\n[Term]\nid: ORGAN:{}\nname: {name}\nis_a: ORGAN:0\n", number + 1);
    }
    for number in ORGANS.len()..ORGANS.len() + RARE {
        obo += &format!("\n[Term]\nid: ORGAN:{}\nname: rare organ {number}\nis_a: ORGAN:0\n", number + 1);
    }
    let release = chorale_ontology::read(obo.as_bytes()).expect("sound");
    let mut terms = Terms::default();
    terms.add_library(&Library::build(vec![("ORGAN".into(), release)]).expect("one release"), &["ORGAN"]);
    terms
}

fn organ(terms: &Terms, number: usize) -> TermNumber {
    terms.find(&format!("ORGAN:{}", number + 1)).expect("defined")
}

/// A dictionary that is right where the key says tissue and wrong where it says batch.
fn hit(term: TermNumber, is_tissue: bool) -> Hit {
    let evidence = Evidence { prior: 0.6, fit: f32::from(u8::from(is_tissue)), mentions: 1.0, ..Evidence::default() };
    Hit { term, place: u64::from(is_tissue), evidence }
}

/// Studies of three samples: of 120, half name the organ, half only hint at it; the others, but for the last, name a rare
/// one. Every batch is named after another organ.
fn world(terms: &Terms) -> (Vec<Study<'static>>, Vec<Gold>) {
    let (mut studies, mut gold) = (Vec::new(), Vec::new());
    for number in 0..120 + RARE - 1 {
        let wrong = (number / 4 + 1 + number) % 4;
        let right = if number < 120 { number % 4 } else { ORGANS.len() + number - 120 };
        let mut study = Study { group: number as u64, samples: Vec::new() };
        for sample in 0..3 {
            let mut hits = vec![hit(organ(terms, wrong), false)];
            let is_said = number % 8 < 4 || number >= 120;
            if is_said {
                hits.retain(|hit| hit.term != organ(terms, right));
                hits.push(hit(organ(terms, right), true));
            }
            let text = match ORGANS.get(right) {
                None => "something rare",
                Some(name) if is_said => name,
                Some(_) => HINTS[right],
            };
            study.samples.push(Sample { attributes: vec![("tissue", text), ("batch", ORGANS[wrong])], hits });
            gold.push(Gold { study: number, sample, field: 0, term: organ(terms, right), verdict: Verdict::Is });
        }
        studies.push(study);
    }
    (studies, gold)
}

fn field() -> [FieldSpec; 1] {
    [FieldSpec { name: "tissue".into(), prefixes: vec!["ORGAN".into()], several: false, exclusive: None }]
}

fn trained() -> (Learned, Terms) {
    let mut terms = terms();
    let (studies, gold) = world(&terms);
    (Learned::train(&studies, &gold, &field(), &mut terms, &TrainOptions::default()), terms)
}

fn best(learned: &Learned, terms: &Terms, sample: Sample) -> Proposal {
    let mut all = learned.propose(&[sample], terms);
    assert_eq!(all[0].len(), 1, "one value of one ontology");
    all[0].remove(0)
}

#[test]
fn implies_what_the_text_does_not_say() {
    let (learned, terms) = trained();
    for (number, hint) in HINTS.iter().enumerate() {
        let found = best(&learned, &terms, Sample { attributes: vec![("tissue", hint)], hits: Vec::new() });
        assert_eq!(terms.id(found.term), format!("ORGAN:{}", number + 1));
        assert!(found.score > 0.8 && found.hit.is_none(), "{found:?}");
    }
}

#[test]
fn trusts_the_place_that_was_right_even_for_a_term_that_it_never_saw() {
    let (learned, terms) = trained();
    let (unseen, lung) = (organ(&terms, ORGANS.len() + RARE - 1), organ(&terms, 1));
    let attributes = vec![("tissue", "something else"), ("batch", "lung")];
    let found = best(&learned, &terms, Sample { attributes, hits: vec![hit(lung, false), hit(unseen, true)] });
    assert_eq!((found.term, found.hit), (unseen, Some(1)), "{found:?}");
}

#[test]
fn the_same_rows_give_the_same_model_and_bytes_give_it_back() {
    let (learned, terms) = trained();
    let (again, _) = trained();
    assert!(learned == again);
    let bytes = learned.write(&terms);
    let mut fresh = self::terms();
    let read = Learned::read(&bytes, &mut fresh).expect("sound");
    assert!(read == learned);
    assert_eq!(read.fields().map(|field| field.name.as_str()).collect::<Vec<_>>(), ["tissue"]);
    for cut in (0..bytes.len()).step_by(211) {
        assert!(Learned::read(&bytes[..cut], &mut fresh).is_err(), "cut at {cut}");
    }
    for at in (0..bytes.len()).step_by(97) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        assert!(Learned::read(&changed, &mut fresh).is_err(), "changed at {at}");
    }
}

/// Studies whose samples all have a word of their own, half of them `case` and half `control`: one after another.
fn arms(terms: &mut Terms) -> (Vec<Study<'static>>, Vec<Gold>) {
    let other = terms.add("ORGAN:none");
    let (mut studies, mut gold) = (Vec::new(), Vec::new());
    for number in 0..40 {
        let right = organ(terms, ORGANS.len() + number % 20);
        let attributes = |sample: usize| vec![("title", if sample.is_multiple_of(2) { "case 1" } else { "control 1" })];
        let samples = (0..6).map(|sample| Sample { attributes: attributes(sample), hits: vec![hit(right, true)] });
        studies.push(Study { group: number as u64, samples: samples.collect() });
        let term = |sample: usize| if sample.is_multiple_of(2) { right } else { other };
        gold.extend((0..6).map(|sample| Gold {
            study: number,
            sample,
            field: 0,
            term: term(sample),
            verdict: Verdict::Is,
        }));
    }
    (studies, gold)
}

#[test]
fn the_other_arm_of_a_study_is_told_by_what_sets_it_apart() {
    let mut terms = terms();
    let (studies, gold) = arms(&mut terms);
    let field = FieldSpec { exclusive: Some("ORGAN:none".into()), ..field()[0].clone() };
    let learned = Learned::train(&studies, &gold, &[field], &mut terms, &TrainOptions::default());
    let unseen = organ(&terms, ORGANS.len() + 30);
    let sample = |title| Sample { attributes: vec![("title", title)], hits: vec![hit(unseen, true)] };
    let titles = ["case a", "control a", "case b", "control b", "case c", "controlsubject c"];
    let found = learned.propose(&titles.map(sample), &terms);
    for (title, proposals) in titles.iter().zip(&found) {
        let expected = if title.starts_with("control") { "ORGAN:none" } else { terms.id(unseen) };
        assert_eq!(terms.id(proposals[0].term), expected, "{title}: {proposals:?}");
    }
    let bytes = learned.write(&terms);
    assert!(Learned::read(&bytes, &mut terms).expect("sound") == learned);
}

#[test]
fn a_wanted_precision_has_its_threshold() {
    let (learned, _) = trained();
    let (score, share) = learned.threshold_for(0, 0.9).expect("these texts are easy");
    assert!((0.0..=1.0).contains(&score) && share > 0.5, "{score} covers {share}");
    assert!(learned.threshold_for(0, 1.1).is_none(), "no precision is above 1");
}

#[test]
fn nothing_to_learn_from_and_nothing_to_read_give_no_panic() {
    let mut terms = terms();
    let learned = Learned::train(&[], &[], &field(), &mut terms, &TrainOptions::default());
    assert!(learned.propose(&[Sample::default()], &terms)[0].is_empty());
    assert!(learned.propose(&[], &terms).is_empty());
    let (learned, terms) = trained();
    let long = "word ".repeat(100_000);
    learned.propose(&[Sample { attributes: vec![("", &long), ("κλειδί", "ήπαρ\u{0}")], hits: Vec::new() }], &terms);
}

#[test]
fn what_was_rejected_or_is_not_reported_is_less_sure() {
    let said = |terms: &Terms| Sample {
        attributes: vec![("tissue", "spleen"), ("batch", "none")],
        hits: vec![hit(organ(terms, 3), true)],
    };
    let (before, terms) = trained();
    let sure = best(&before, &terms, said(&terms));
    for verdict in [Verdict::IsNot, Verdict::Nothing] {
        let mut terms = self::terms();
        let (mut studies, mut gold) = world(&terms);
        for number in studies.len()..studies.len() + 60 {
            studies.push(Study { group: number as u64, samples: vec![said(&terms); 3] });
            let term = organ(&terms, 3);
            gold.extend((0..3).map(|sample| Gold { study: number, sample, field: 0, term, verdict }));
        }
        let after = Learned::train(&studies, &gold, &field(), &mut terms, &TrainOptions::default());
        let doubted = best(&after, &terms, said(&terms));
        assert!(doubted.score < sure.score - 0.2, "{verdict:?}: {doubted:?} and before {sure:?}");
        // What holds elsewhere is as sure as it was.
        let lung = Sample { attributes: vec![("tissue", HINTS[1])], hits: Vec::new() };
        assert_eq!(best(&after, &terms, lung).term, organ(&terms, 1));
    }
}

#[test]
fn training_ends_when_it_is_told_to() {
    let mut terms = terms();
    let (studies, gold) = world(&terms);
    let asked = std::cell::Cell::new(0);
    let goes_on = || asked.replace(asked.get() + 1) < 2;
    let none = Learned::train_while(&studies, &gold, &field(), &mut terms, &TrainOptions::default(), &goes_on);
    assert_eq!((none, asked.get()), (None, 3));
}
