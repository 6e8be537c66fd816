//! What may come next in a filter of runs while somebody writes it: keys with the quotes that they need, signs, words between
//! conditions. Only the text before the caret is looked at.

/// What may be taken, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    pub text: String,
    pub what: &'static str,
}

/// Where what is offered goes: it takes the place of everything from there on to the caret.
#[derive(Debug, PartialEq, Eq)]
pub struct Completion {
    pub from: usize,
    pub offers: Vec<Next>,
}

/// More are no help.
const MOST: usize = 12;
const ATTRIBUTES: [&str; 6] = ["run_name", "status", "start_time", "end_time", "user_id", "run_id"];
const NUMBERS: [&str; 6] = ["<", "<=", ">", ">=", "=", "!="];
const TEXTS: [&str; 7] = ["=", "!=", "LIKE", "ILIKE", "IN", "IS NULL", "IS NOT NULL"];
const STATES: [&str; 5] = ["'RUNNING'", "'FINISHED'", "'FAILED'", "'KILLED'", "'SCHEDULED'"];

#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// A key, or what may stand before one.
    Key,
    /// What is asked of the key.
    Sign(String),
    Value(String),
    /// Inside the list of IN.
    List,
    /// IS has been written, or IS NOT.
    Null,
    Joined,
}

/// `keys` are those that occur, as a filter writes them: `metrics.loss`, params.`learning rate`.
pub fn complete(before: &str, keys: &[String]) -> Completion {
    let mut place = Place::Key;
    let tokens = tokens(before);
    // What the caret touches is still being written.
    let written = match tokens.last() {
        Some((_, token)) if before.ends_with(token) && !is_closed(token) => &tokens[..tokens.len() - 1],
        _ => &tokens[..],
    };
    for (_, token) in written {
        place = after(place, token);
    }
    let (from, begun) = tokens.get(written.len()).map_or((before.len(), ""), |(at, token)| (*at, *token));
    let lower = begun.to_lowercase();
    let fits = |next: &Next| next.text.to_lowercase().contains(&lower) && next.text != begun;
    let mut offers: Vec<Next> = offers(&place, keys).into_iter().filter(fits).collect();
    // What begins so comes before what has it somewhere.
    offers.sort_by_key(|next| !next.text.to_lowercase().starts_with(&lower));
    offers.truncate(MOST);
    Completion { from, offers }
}

fn offers(place: &Place, keys: &[String]) -> Vec<Next> {
    let words = |all: &[&str], what: &'static str| -> Vec<Next> {
        all.iter().map(|text| Next { text: (*text).to_owned(), what }).collect()
    };
    match place {
        Place::Key => {
            let kind = |key: &str| match key.split('.').next() {
                Some("metrics") => "metric",
                Some("params") => "param",
                _ => "tag",
            };
            let own = keys.iter().map(|key| Next { text: key.clone(), what: kind(key) });
            own.chain(words(&ATTRIBUTES, "of the run")).chain(words(&["NOT"], "the contrary")).collect()
        }
        Place::Sign(key) if is_number(key) => words(&NUMBERS, "compares"),
        Place::Sign(_) => words(&TEXTS, "compares"),
        Place::Value(key) if key.ends_with("status") => words(&STATES, "a state"),
        Place::Null => words(&["NULL", "NOT NULL"], "whether there is one"),
        Place::Value(_) | Place::List => Vec::new(),
        Place::Joined => words(&["AND", "OR"], "one more condition"),
    }
}

fn is_number(key: &str) -> bool {
    let key = key.strip_prefix("attributes.").unwrap_or(key);
    ["metrics.", "metric."].iter().any(|begin| key.starts_with(begin)) || ["start_time", "end_time"].contains(&key)
}

fn after(place: Place, token: &str) -> Place {
    let word = token.to_ascii_uppercase();
    match (place, word.as_str()) {
        (Place::Key, "NOT" | "(") => Place::Key,
        (Place::Key, _) => Place::Sign(token.to_owned()),
        (Place::Sign(_), "IS") => Place::Null,
        (Place::Sign(_), "IN") => Place::List,
        (Place::Sign(key), "NOT") => Place::Sign(key),
        (Place::Sign(key), _) => Place::Value(key),
        (Place::Null, "NOT") => Place::Null,
        (Place::List, ")") => Place::Joined,
        (Place::List, _) => Place::List,
        (Place::Joined, "AND" | "OR") => Place::Key,
        (Place::Value(_) | Place::Null | Place::Joined, _) => Place::Joined,
    }
}

/// Whether nothing can be added to it.
fn is_closed(token: &str) -> bool {
    let quoted = |quote: char| token.len() > 1 && token.ends_with(quote);
    matches!(token, "(" | ")" | ",") || ['\'', '"', '`'].into_iter().any(quoted)
}

/// The parts of a filter with where each begins: words with a quoted end where they have one, texts, signs.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return found };
        let length = match first {
            '\'' | '"' | '`' => quoted(rest),
            '(' | ')' | ',' => 1,
            '<' | '>' | '=' | '!' => rest.find(|c| !"<>=!".contains(c)).unwrap_or(rest.len()),
            _ => {
                let plain = rest.find(|c: char| c.is_whitespace() || "(),<>=!'\"`".contains(c)).unwrap_or(rest.len());
                // params.`learning rate`
                match rest[..plain].ends_with('.') && rest[plain..].starts_with(['`', '"']) {
                    true => plain + quoted(&rest[plain..]),
                    false => plain,
                }
            }
        };
        found.push((text.len() - rest.len(), &rest[..length]));
        rest = &rest[length..];
    }
}

/// How long a quoted text is at the start of another; one that has no end reaches to the end.
fn quoted(text: &str) -> usize {
    let quote = text.chars().next().unwrap_or('\'');
    text[1..].find(quote).map_or(text.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(before: &str) -> (usize, Vec<String>) {
        let keys = ["metrics.loss", "metrics.`val loss`", "params.model", "tags.team"].map(str::to_owned);
        let Completion { from, offers } = complete(before, &keys);
        (from, offers.into_iter().map(|next| next.text).collect())
    }

    #[test]
    fn keys_come_with_their_quotes_then_signs_then_another_condition() {
        assert_eq!(offered("lo"), (0, vec!["metrics.loss".to_owned(), "metrics.`val loss`".to_owned()]));
        assert_eq!(offered("metrics.loss < 1 and te"), (21, vec!["tags.team".to_owned()]));
        assert_eq!(offered("metrics.loss ").1[..2], ["<".to_owned(), "<=".to_owned()]);
        assert_eq!(offered("metrics.`val loss` ").1[0], "<");
        assert_eq!(offered("params.model ").1[2], "LIKE");
        assert_eq!(offered("params.model li").1, ["LIKE", "ILIKE"]);
        assert!(offered("params.model = ").1.is_empty(), "values are written by hand");
        assert_eq!(offered("params.model = 'forest and tree' ").1, ["AND", "OR"]);
        assert_eq!(offered("params.model = 'forest' or ").1[0], "metrics.loss");
        assert_eq!(offered("not (").1[0], "metrics.loss");
        assert_eq!(offered("status = 'F").1, ["'FINISHED'", "'FAILED'"]);
        assert_eq!(offered("tags.team is ").1, ["NULL", "NOT NULL"]);
        assert_eq!(offered("run_id in ('a', 'b') ").1, ["AND", "OR"]);
        assert!(offered("params.model = 'not clos").1.is_empty());
    }

    #[test]
    fn nothing_that_is_written_breaks_it() {
        for text in ["", "'", "`", "metrics.`", "a.\"", ")))", "é = 'ü", "<<>>!", ",,,", "metrics.\u{1f600} > "] {
            let found = complete(text, &["metrics.loss".to_owned()]);
            assert!(text.is_char_boundary(found.from), "{text}");
        }
    }
}
