//! What a source said, with the words marked that values were read from. Marks say their field in words; their colour
//! only helps to tell them apart.

use leptos::prelude::*;

/// A stretch of a text and what was read from it. Offsets count Unicode scalar values, `end` is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    /// Stands behind the marked words, small: a field's name or a number. Empty: nothing stands there.
    pub label: String,
    /// What was read, for who rests the pointer on it.
    pub note: String,
    /// Which of the eight category colours; none: the colour of evidence.
    pub tint: Option<u8>,
}

/// A text with its spans marked. Spans may overlap or lie outside; every character of the text stands once.
#[component]
pub fn Marked(#[prop(into)] text: String, spans: Vec<Span>) -> impl IntoView {
    pieces(&text, &spans).into_iter().map(|piece| draw(&piece, &spans)).collect_view().into_any()
}

/// A stretch of the text under the same spans.
#[derive(Debug, PartialEq)]
struct Piece {
    text: String,
    /// Positions in the list of spans, the shortest first.
    under: Vec<usize>,
    /// Of those, the spans that end with it.
    ends: Vec<usize>,
}

/// The text cut at every edge of a span.
fn pieces(text: &str, spans: &[Span]) -> Vec<Piece> {
    let total = text.chars().count();
    let within = |span: &Span| (span.start.min(total), span.end.min(total));
    let mut cuts: Vec<usize> = vec![0, total];
    cuts.extend(spans.iter().map(within).filter(|(start, end)| start < end).flat_map(|(start, end)| [start, end]));
    cuts.sort_unstable();
    cuts.dedup();
    let mut chars = text.chars();
    cuts.windows(2)
        .map(|pair| {
            let (from, to) = (pair[0], pair[1]);
            let mut under: Vec<usize> = (0..spans.len())
                .filter(|at| {
                    let (start, end) = within(&spans[*at]);
                    start <= from && to <= end
                })
                .collect();
            under.sort_by_key(|at| spans[*at].end - spans[*at].start);
            let ends = under.iter().copied().filter(|at| within(&spans[*at]).1 == to).collect();
            Piece { text: chars.by_ref().take(to - from).collect(), under, ends }
        })
        .collect()
}

fn draw(piece: &Piece, spans: &[Span]) -> AnyView {
    let Some(top) = piece.under.first().map(|at| &spans[*at]) else { return piece.text.clone().into_any() };
    let notes: Vec<&str> = piece.under.iter().map(|at| spans[*at].note.as_str()).filter(|n| !n.is_empty()).collect();
    let labels = piece.ends.iter().map(|at| spans[*at].label.clone()).filter(|label| !label.is_empty());
    let labels = labels.map(|label| view! { <sup>{label}</sup> }).collect_view();
    let class = top.tint.map_or_else(|| "ev".to_owned(), |tint| format!("ev tint c{}", tint.clamp(1, 8)));
    let title = (!notes.is_empty()).then(|| notes.join(" · "));
    view! { <mark class=class title=title>{piece.text.clone()}{labels}</mark> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize, label: &str) -> Span {
        Span { start, end, label: label.into(), note: String::new(), tint: None }
    }

    fn cut(text: &str, spans: &[Span]) -> Vec<(String, Vec<usize>)> {
        pieces(text, spans).into_iter().map(|piece| (piece.text, piece.under)).collect()
    }

    #[test]
    fn offsets_count_characters_and_nothing_is_lost() {
        let found = cut("β-Zellen, 5 µM", &[span(0, 8, "cell type"), span(10, 14, "drug")]);
        let expected = [("β-Zellen", vec![0]), (", ", vec![]), ("5 µM", vec![1])];
        assert_eq!(found, expected.map(|(text, under)| (text.to_owned(), under)));
    }

    #[test]
    fn overlapping_spans_are_cut_and_the_shortest_lies_on_top() {
        let found = cut("renal epithelium", &[span(0, 16, "cell type"), span(0, 5, "tissue")]);
        assert_eq!(found, [("renal".to_owned(), vec![1, 0]), (" epithelium".to_owned(), vec![0])]);
    }

    #[test]
    fn a_span_outside_the_text_marks_nothing_and_loses_nothing() {
        assert_eq!(cut("liver", &[span(9, 12, ""), span(3, 3, "")]), [("liver".to_owned(), vec![])]);
        assert_eq!(cut("liver", &[span(2, 99, "")]), [("li".to_owned(), vec![]), ("ver".to_owned(), vec![0])]);
    }
}
