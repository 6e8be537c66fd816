//! A text of a source read for one field in a way that a person chose: what stands under a key, or in a cell that somebody
//! pasted. What cannot be read says why.

use super::value::{check_value, term};
use crate::harmonize::decide::{Fields, decide};
use crate::harmonize::engine::{Engine, engine};
use crate::{Ctx, ontologies};
use chorale_annotate::{Item, Study};
use chorale_model::Fault;
use chorale_model::fields::{Field, FieldKind};
use chorale_model::harmonize::ValueState;
use chorale_model::rules::{KeyParser, KeyReads};
use chorale_ontology::Library;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Longer texts are no values.
const LONGEST: usize = 300;
/// Values that a reader remembers; behind them it reads again.
const KEPT: usize = 50_000;
/// What people write where there is nothing to say.
const NOTHING: [&str; 22] = [
    "na",
    "n/a",
    "n.a.",
    "nan",
    "null",
    "unknown",
    "unk",
    "not available",
    "not reported",
    "not determined",
    "nd",
    "n.d.",
    "missing",
    "not collected",
    "unspecified",
    "not recorded",
    "not known",
    "-",
    "--",
    "---",
    "?",
    ".",
];

/// State, term and label; nothing where the text says nothing of the field; or why it cannot be read.
pub type Read = Result<Option<(ValueState, String, String)>, String>;

/// Reads texts for a field; it remembers what it read.
pub struct Reader {
    field: Field,
    parser: KeyParser,
    unit: String,
    yes: Option<(String, String)>,
    library: Arc<Library>,
    /// None while no ontology is in use: texts are terms by their names alone.
    engine: Option<(Arc<Engine>, Fields)>,
    known: Mutex<HashMap<String, Read>>,
}

impl Reader {
    /// # Errors
    /// When a parser makes no sense for the field, or a yes means no value of it.
    pub async fn new(ctx: &Ctx, field: &Field, reads: &KeyReads) -> Result<Reader, Fault> {
        let refuse = |name: &str, why: String| Err(Fault::field(name, why));
        let label = field.label.to_lowercase();
        match (reads.parser, field.kind) {
            (KeyParser::Number, FieldKind::Term | FieldKind::Choice) => {
                return refuse("parser", format!("reads numbers, and {label} takes none"));
            }
            (KeyParser::Date | KeyParser::Text, kind) if kind != FieldKind::Text => {
                return refuse("parser", format!("makes texts, and {label} takes none; read it as a value instead"));
            }
            _ => {}
        }
        let unit = reads.unit.trim();
        if !unit.is_empty() && !field.choices.is_empty() && !field.choices.iter().any(|choice| choice == unit) {
            return refuse("unit", format!("\"{unit}\" is none of {label}; it has {}", field.choices.join(", ")));
        }
        let yes = match reads.parser {
            KeyParser::YesNo if reads.yes.trim().is_empty() => {
                return refuse("yes", format!("is missing; say which value of {label} a yes means"));
            }
            KeyParser::YesNo => Some(check_value(ctx, field, &reads.yes).await.map_err(|fault| {
                let why = fault.fields.first().map_or(fault.message.clone(), |one| one.message.clone());
                Fault::field("yes", why)
            })?),
            _ => None,
        };
        let engine = match ctx.scope {
            Some(organization) => engine(&ctx.app, organization).await?,
            None => None,
        };
        let engine = engine.map(|engine| {
            let fields = Fields::new(vec![field.clone()], &engine);
            (engine, fields)
        });
        Ok(Reader {
            field: field.clone(),
            parser: reads.parser,
            unit: unit.to_owned(),
            yes,
            library: ontologies::library(&ctx.app).await?,
            engine,
            known: Mutex::default(),
        })
    }

    /// As people type it: the term with this name or id, the choice, the quantity, the text.
    pub async fn of_cells(ctx: &Ctx, field: &Field) -> Result<Reader, Fault> {
        let reads =
            KeyReads { field: field.name.clone(), parser: KeyParser::Value, unit: String::new(), yes: String::new() };
        Ok(Reader { engine: None, ..Reader::new(ctx, field, &reads).await? })
    }

    pub fn field(&self) -> &Field {
        &self.field
    }

    pub fn read(&self, text: &str) -> Read {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&text) {
            return known.clone();
        }
        let read = self.anew(&text);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < KEPT {
            known.insert(text, read.clone());
        }
        read
    }

    fn anew(&self, text: &str) -> Read {
        let lower = text.to_lowercase();
        if text.is_empty() || NOTHING.contains(&lower.as_str()) {
            return Ok(Some((ValueState::NotReported, String::new(), String::new())));
        }
        if lower == "not applicable" {
            return Ok(Some((ValueState::NotApplicable, String::new(), String::new())));
        }
        if text.chars().count() > LONGEST {
            return Err(format!("is longer than {LONGEST} characters"));
        }
        let present = |(term, label): (String, String)| Some((ValueState::Present, term, label));
        match self.parser {
            KeyParser::Value => self.value(text),
            KeyParser::Number => self.amount(text).map(present),
            KeyParser::YesNo => match lower.as_str() {
                "yes" | "y" | "true" | "t" | "1" | "positive" | "pos" | "+" => {
                    Ok(present(self.yes.clone().ok_or("means nothing here")?))
                }
                "no" | "n" | "false" | "f" | "0" | "negative" | "neg" => Ok(None),
                _ => Err("is neither yes nor no".to_owned()),
            },
            KeyParser::Date => super::day::read(text).map(|day| present((day.clone(), day))),
            KeyParser::Text => Ok(present((text.to_owned(), text.to_owned()))),
            KeyParser::Ignore => Err("is not read for any field".to_owned()),
        }
    }

    fn value(&self, text: &str) -> Read {
        let present = |(term, label): (String, String)| Some((ValueState::Present, term, label));
        match self.field.kind {
            FieldKind::Text => Ok(present((text.to_owned(), text.to_owned()))),
            FieldKind::Quantity => self.amount(text).map(present),
            FieldKind::Choice => match self.field.choices.iter().find(|choice| same(choice, text)) {
                Some(choice) => Ok(present((choice.clone(), choice.clone()))),
                None => {
                    let why = format!("is no choice; it has {}", self.field.choices.join(", "));
                    self.annotated(text).unwrap_or(Err(why))
                }
            },
            FieldKind::Term => match term(&self.library, &self.field, text) {
                Ok(found) => Ok(present(found)),
                Err(_) if same(text, "healthy") => Ok(Some((ValueState::Healthy, String::new(), String::new()))),
                Err(why) => self.annotated(text).unwrap_or(Err(why)),
            },
        }
    }

    /// `54 year`, in a unit of the field's.
    fn amount(&self, text: &str) -> Result<(String, String), String> {
        let told = chorale_annotate::amount(text, Some(&self.unit))?;
        let unit = told.split_once(' ').map_or("", |(_, unit)| unit);
        let units = &self.field.choices;
        match units.is_empty() || units.iter().any(|known| known == unit) {
            true => Ok((told.clone(), told)),
            false => Err(format!("is in {unit}; {} takes {}", self.field.label.to_lowercase(), units.join(", "))),
        }
    }

    /// What the annotator is sure of where the text stands under the field's own name.
    fn annotated(&self, text: &str) -> Option<Read> {
        let (engine, fields) = self.engine.as_ref()?;
        let key = self.field.name.replace('_', " ");
        let item = Item { attributes: vec![(key.as_str(), text)] };
        let suggested = engine.annotator.annotate(&Study::default(), std::slice::from_ref(&item)).pop()?;
        let kept = decide(fields, &engine.library, &item, suggested, Vec::new());
        let best = kept.into_iter().find(|value| value.field == self.field.name)?;
        Some(match best.waits {
            None => Ok(Some((best.state, best.term, best.label))),
            Some(why) => Err(format!("may be {}, but {why}", best.label)),
        })
    }
}

/// Capitals, underscores and hyphens make no other choice.
fn same(choice: &str, text: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], " ");
    plain(choice) == plain(text)
}
