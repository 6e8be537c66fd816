//! What a filter becomes in SQL: how comparisons are joined, and how a column is tested. What a comparison is about is the
//! business of each list.

use super::{Comparison, Expr, Test};
use crate::db::{Builder, Value};
use chorale_model::Fault;

/// Writes an expression; `on` writes one comparison.
pub fn condition(
    b: &mut Builder,
    expr: &Expr,
    on: &mut dyn FnMut(&mut Builder, &Comparison) -> Result<(), Fault>,
) -> Result<(), Fault> {
    match expr {
        Expr::All(parts) | Expr::Any(parts) => {
            let word = if matches!(expr, Expr::All(_)) { " and " } else { " or " };
            b.push("(");
            for (n, part) in parts.iter().enumerate() {
                if n > 0 {
                    b.push(word);
                }
                condition(b, part, on)?;
            }
            b.push(")");
        }
        Expr::Not(inner) => {
            b.push("not (");
            condition(b, inner, on)?;
            b.push(")");
        }
        Expr::Is(comparison) => on(b, comparison)?,
    }
    Ok(())
}

/// After a column: the sign and what it is compared with.
pub fn tested(b: &mut Builder, test: &Test) {
    match test {
        Test::Number(sign, value) => b.push(" ").push(sign.text()).push(" ").bind(*value),
        Test::Whole(sign, value) => b.push(" ").push(sign.text()).push(" ").bind(*value),
        Test::Text(sign, text) => b.push(" ").push(sign.text()).push(" ").bind(text),
        Test::Like { pattern, case } => b.like(pattern, *case),
        Test::In { texts, not } => {
            b.push(if *not { " not in " } else { " in " }).list(texts.iter().map(|text| Value::from(text.as_str())))
        }
        Test::Null { not } => b.push(if *not { " is not null" } else { " is null" }),
    };
}

/// After `… where`, on rows with a key and a value: whether there is one of `key` whose value passes. `head` is
/// `select 1 from … x where x.… = …`.
pub fn logged(b: &mut Builder, head: &'static str, key: &str, test: &Test) {
    let absent = matches!(test, Test::Null { not: false });
    b.push(if absent { "not exists (" } else { "exists (" }).push(head).push(" and x.key = ").bind(key);
    if !matches!(test, Test::Null { .. }) {
        b.push(" and x.value");
        tested(b, test);
    }
    b.push(")");
}
