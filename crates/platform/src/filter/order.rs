//! What a list is ordered by: `metrics.loss desc`.

use super::lex::{Kind, words};
use super::{Entity, Vocabulary};
use chorale_model::Fault;

const FIELD: &str = "order_by";
/// Keys of one order.
const MOST: usize = 20;

#[derive(Clone, Debug, PartialEq)]
pub struct OrderKey {
    pub on: Entity,
    pub key: String,
    pub descending: bool,
}

/// The keys of an order, none of them twice.
pub fn order(vocabulary: &Vocabulary, texts: &[String]) -> Result<Vec<OrderKey>, Fault> {
    if texts.len() > MOST {
        return Err(Fault::field(FIELD, format!("has {} keys; at most {MOST} fit", texts.len())));
    }
    let mut keys: Vec<OrderKey> = Vec::with_capacity(texts.len());
    for text in texts {
        let key = one(vocabulary, text)?;
        if keys.iter().any(|other| (other.on, &other.key) == (key.on, &key.key)) {
            return Err(Fault::field(FIELD, format!("\"{text}\" is there twice; name each once")));
        }
        keys.push(key);
    }
    Ok(keys)
}

fn one(vocabulary: &Vocabulary, text: &str) -> Result<OrderKey, Fault> {
    let wrong = |at: u64, why: String| Fault::field_at(FIELD, Some(at), format!("\"{text}\": {why}"));
    let words = words(FIELD, text)?;
    let (first, rest) = match words.split_first() {
        Some((first, rest)) if rest.len() <= 1 => (first, rest),
        _ => return Err(wrong(0, "write a key and, after it, asc or desc".into())),
    };
    let descending = match rest.first().map(|word| (&word.is, word.at)) {
        None => false,
        Some((Kind::Name(parts), at)) => match parts[0].text.to_ascii_lowercase().as_str() {
            "asc" if parts.len() == 1 => false,
            "desc" if parts.len() == 1 => true,
            _ => return Err(wrong(at, "after the key comes asc or desc".into())),
        },
        Some((_, at)) => return Err(wrong(at, "after the key comes asc or desc".into())),
    };
    let Kind::Name(parts) = &first.is else {
        return Err(wrong(first.at, "an order begins with a key, as metrics.loss".into()));
    };
    let (on, key) = match parts.as_slice() {
        [word, key, ..] => match vocabulary.entity(&word.text) {
            Some(on) if on == Entity::Attribute || vocabulary.ordered.contains(&on) => (on, &key.text),
            _ => return Err(wrong(first.at, format!("this list is not ordered by \"{}\"", word.text))),
        },
        [key] => (Entity::Attribute, &key.text),
        [] => return Err(wrong(first.at, "a key is missing".into())),
    };
    if on != Entity::Attribute {
        return Ok(OrderKey { on, key: key.clone(), descending });
    }
    let known = vocabulary
        .attribute(key)
        .ok_or_else(|| wrong(first.at, format!("\"{key}\" is no attribute; write one of {}", vocabulary.known())))?;
    Ok(OrderKey { on, key: known.to_owned(), descending })
}
