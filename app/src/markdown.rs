//! Markdown that members write, such as a field's guideline, as views. The parser gives events and we draw them ourselves:
//! HTML in it is shown as the text that it is, and links lead to our own pages or to the web, nowhere else.

use leptos::prelude::*;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};

/// Deeper than this, what is nested is drawn flat.
const DEEPEST: usize = 12;

/// The text as blocks, to stand inside of a section that has its heading already.
pub fn markdown(text: &str) -> AnyView {
    let mut open: Vec<(Tag, Vec<AnyView>)> = Vec::new();
    let mut all: Vec<AnyView> = Vec::new();
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES) {
        let drawn = match event {
            Event::Start(tag) => {
                open.push((tag, Vec::new()));
                continue;
            }
            Event::End(_) => {
                let Some((tag, inner)) = open.pop() else { continue };
                if open.len() >= DEEPEST {
                    if let Some((_, parent)) = open.last_mut() {
                        parent.extend(inner);
                    }
                    continue;
                }
                // The cells of the first row head their columns.
                let heads = matches!(open.last(), Some((Tag::TableHead, _)));
                tagged(tag, inner, heads)
            }
            Event::Code(text) => view! { <code>{text.into_string()}</code> }.into_any(),
            Event::SoftBreak => " ".into_any(),
            Event::HardBreak => view! { <br/> }.into_any(),
            Event::Rule => view! { <hr/> }.into_any(),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => text.into_string().into_any(),
            _ => continue,
        };
        match open.last_mut() {
            Some((_, parent)) => parent.push(drawn),
            None => all.push(drawn),
        }
    }
    view! { <div class="markdown prose">{all}</div> }.into_any()
}

fn tagged(tag: Tag, inner: Vec<AnyView>, heads: bool) -> AnyView {
    match tag {
        Tag::Table(_) => view! { <div class="scroll" tabindex="0" role="region" aria-label="A table of the text"><table class="table"><tbody>{inner}</tbody></table></div> }.into_any(),
        Tag::TableHead | Tag::TableRow => view! { <tr>{inner}</tr> }.into_any(),
        Tag::TableCell if heads => view! { <th scope="col">{inner}</th> }.into_any(),
        Tag::TableCell => view! { <td>{inner}</td> }.into_any(),
        Tag::Paragraph | Tag::HtmlBlock => view! { <p>{inner}</p> }.into_any(),
        // The page and the section around it have the first two levels.
        Tag::Heading { level: HeadingLevel::H1 | HeadingLevel::H2, .. } => view! { <h3>{inner}</h3> }.into_any(),
        Tag::Heading { .. } => view! { <h4>{inner}</h4> }.into_any(),
        Tag::BlockQuote(_) => view! { <blockquote>{inner}</blockquote> }.into_any(),
        Tag::CodeBlock(_) => view! { <pre><code>{inner}</code></pre> }.into_any(),
        Tag::List(None) => view! { <ul>{inner}</ul> }.into_any(),
        Tag::List(Some(from)) => view! { <ol start=from.to_string()>{inner}</ol> }.into_any(),
        Tag::Item => view! { <li>{inner}</li> }.into_any(),
        Tag::Emphasis => view! { <em>{inner}</em> }.into_any(),
        Tag::Strong => view! { <strong>{inner}</strong> }.into_any(),
        Tag::Strikethrough => view! { <s>{inner}</s> }.into_any(),
        Tag::Link { dest_url, .. } if leads_somewhere(&dest_url) => {
            view! { <a href=dest_url.into_string() rel="noopener noreferrer nofollow">{inner}</a> }.into_any()
        }
        // A picture would come from another host, which the page's policy refuses: its words stay.
        _ => inner.into_any(),
    }
}

/// To a page of ours or of the web: no `javascript:`, no `data:`.
fn leads_somewhere(to: &str) -> bool {
    let own = to.starts_with('/') && !to.starts_with("//");
    own || ["https://", "http://", "mailto:"].iter().any(|scheme| to.to_ascii_lowercase().starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> String {
        Owner::new().with(|| markdown(text).to_html())
    }

    #[test]
    fn blocks_and_words_are_drawn() {
        let html = drawn(
            "# When\n\nTissue *beside* a tumour is **healthy**, `not` tumour.\n\n- one\n- two\n\n1. first\n\n|a|b|\n|-|-|\n|1|2|\n",
        );
        for part in [
            "<h3>When",
            "<em>beside",
            "<strong>healthy",
            "<code>not",
            "<ul><li>",
            "<ol start=\"1\"",
            "<th scope=\"col\">a",
            "<td>2",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn nobody_brings_html_or_another_scheme() {
        let html = drawn(
            "<script>alert(1)</script>\n\n[a](javascript:alert(1)) [b](//evil.example) ![c](https://x.example/p.png) [d](https://ok.example) <b>no</b>",
        );
        assert!(!html.contains("<script") && !html.contains("javascript:") && !html.contains("<img"), "{html}");
        assert!(!html.contains("evil.example") && !html.contains("<b>no"), "{html}");
        assert!(html.contains("&lt;script&gt;") && html.contains("href=\"https://ok.example\""), "{html}");
    }

    #[test]
    fn what_is_nested_for_ever_is_drawn_flat() {
        let html = drawn(&format!("{}deep", ">".repeat(5_000)));
        assert!(html.contains("deep") && html.matches("<blockquote").count() <= DEEPEST, "{}", html.len());
    }
}
