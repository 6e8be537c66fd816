//! What the forms of a project post, as it was typed, and what they ask for.

use super::of;
use crate::flash::Flash;
use crate::load::say_status;
use crate::pages::fields::word;
use crate::redirect::go;
use chorale_model::projects::{ChangeDraft, CreateProject, Guideline, Project, WriteGuideline};
use chorale_model::{CollectionId, Fault, FaultKind, FieldFault, Time};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Ends a post. What was done is said on the page of the project, to which the browser goes; what is wrong, or came too late,
/// is given back for the form to be shown again with what was typed.
pub fn ended(
    done: Result<Project, Fault>,
    action: &str,
    say: impl Fn(&Project) -> String,
) -> Result<Option<Fault>, Fault> {
    match done {
        Ok(project) => {
            Flash { action: action.to_owned(), good: true, message: say(&project), secret: None }.leave();
            go(&of(project.id));
            Ok(None)
        }
        Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::Conflict) => {
            say_status(&fault);
            Ok(Some(fault))
        }
        Err(fault) => Err(fault),
    }
}

/// The form of a new project: names with their texts; of a list each place has a name, `fields[0]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct PostedPlan(pub BTreeMap<String, String>);

impl PostedPlan {
    /// The form before anybody typed, with what is known already.
    pub fn begin<'a>(known: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let usual = [("items", "50"), ("reviewers", "2"), ("checked", "0"), ("passing", "95")];
        let usual = usual.into_iter().map(|(name, text)| (name, text.to_owned()));
        PostedPlan(usual.chain(known).map(|(name, text)| (name.to_owned(), text)).collect())
    }

    /// The form of a draft as it is.
    pub fn of(project: &Project) -> Self {
        let plan = &project.plan;
        let number = |of: Option<String>| of.unwrap_or_default();
        let single = [
            ("version", project.version.to_string()),
            ("collection", plan.collection.to_string()),
            ("name", plan.name.clone()),
            ("q", plan.q.clone()),
            ("state", word(&plan.state)),
            ("least", number(plan.least.map(|least| least.to_string()))),
            ("most", number(plan.most.map(|most| most.to_string()))),
            ("dataset", number(plan.dataset.map(|id| id.to_string()))),
            ("guideline", project.guideline.text.clone()),
            ("reviewers", plan.reviewers.to_string()),
            ("sampling", word(&plan.sampling)),
            ("items", number(plan.items.map(|items| items.to_string()))),
            ("checked", plan.checked.to_string()),
            ("passing", plan.passing.to_string()),
            // As a browser writes a day.
            ("due_on", number(plan.due_at.map(|at| at.minute_text().chars().take(10).collect()))),
        ];
        let places = |name: &str, all: Vec<String>| -> Vec<(String, String)> {
            all.into_iter().enumerate().map(|(at, one)| (format!("{name}[{at}]"), one)).collect()
        };
        let people = places("people", plan.people.iter().map(ToString::to_string).collect());
        let single = single.into_iter().map(|(name, text)| (name.to_owned(), text));
        PostedPlan(single.chain(places("fields", plan.fields.clone())).chain(people).collect())
    }

    /// What the form of a draft asks for.
    pub fn change(&self) -> Result<ChangeDraft, Fault> {
        let version = self.word("version").trim().parse();
        let version = version.map_err(|_| Fault::field("version", "is missing; load the page again"))?;
        Ok(ChangeDraft { version, plan: self.plan()? })
    }

    /// After a refusal: what was typed stays. In a conflict it follows the change that others made.
    pub fn seen(mut self, now: &Project, fault: &Fault) -> Self {
        if fault.kind == FaultKind::Conflict {
            self.0.insert("version".to_owned(), now.version.to_string());
        }
        self
    }

    pub fn word(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// What is ticked under one name.
    pub fn ticked(&self, name: &str) -> impl Iterator<Item = &str> {
        let is_of = move |key: &str| key.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
        self.0.iter().filter(move |(key, _)| is_of(key)).map(|(_, text)| text.as_str())
    }

    pub fn collection(&self) -> Result<CollectionId, Fault> {
        self.word("collection").parse()
    }

    /// What the form asks for, or everything in it that cannot be read.
    pub fn plan(&self) -> Result<CreateProject, Fault> {
        let mut read = Reading { posted: self, wrong: Vec::new() };
        let plan = CreateProject {
            name: self.word("name").to_owned(),
            collection: self.collection()?,
            fields: self.ticked("fields").map(str::to_owned).collect(),
            q: self.word("q").to_owned(),
            state: read.choice("state"),
            least: read.number("least"),
            most: read.number("most"),
            dataset: read.optional("dataset", "is no id of a dataset; its address has it"),
            guideline: self.word("guideline").replace("\r\n", "\n"),
            reviewers: read.number("reviewers").unwrap_or(2),
            people: self.ticked("people").map(str::parse).collect::<Result<_, Fault>>()?,
            sampling: read.choice("sampling"),
            items: read.number("items"),
            checked: read.number("checked").unwrap_or(0),
            passing: read.number("passing").unwrap_or(0),
            due_at: read.due("due_on"),
        };
        Fault::together(read.wrong)?;
        Ok(plan)
    }
}

/// Reads what was typed, and goes on where it cannot.
struct Reading<'p> {
    posted: &'p PostedPlan,
    wrong: Vec<Fault>,
}

impl Reading<'_> {
    /// What may be left out.
    fn optional<T: FromStr>(&mut self, name: &str, why: &str) -> Option<T> {
        let text = self.posted.word(name).trim();
        if text.is_empty() {
            return None;
        }
        let read = text.parse().ok();
        if read.is_none() {
            self.wrong.push(Fault::field(name, format!("\"{text}\" {why}")));
        }
        read
    }

    fn number<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.optional(name, "is no number here")
    }

    /// One of an enumeration, as its JSON names it; its default when the form says nothing.
    fn choice<T: Default + DeserializeOwned>(&mut self, name: &str) -> T {
        let text = self.posted.word(name);
        if text.is_empty() {
            return T::default();
        }
        serde_json::from_value(text.into()).unwrap_or_else(|_| {
            self.wrong.push(Fault::field(name, format!("\"{text}\" is no choice; choose one of the list")));
            T::default()
        })
    }

    /// The last moment of a day.
    fn due(&mut self, name: &str) -> Option<Time> {
        let day = self.posted.word(name).trim();
        if day.is_empty() {
            return None;
        }
        let read = format!("{day}T23:59:59Z").parse().ok();
        if read.is_none() {
            self.wrong.push(Fault::field(name, format!("\"{day}\" is no day; write it as 2026-03-04")));
        }
        read
    }
}

/// The form of a guideline's next version.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PostedGuideline {
    /// That was read when the form was opened.
    pub version: String,
    pub text: String,
}

impl PostedGuideline {
    pub fn of(now: &Guideline) -> Self {
        PostedGuideline { version: now.version.to_string(), text: now.text.clone() }
    }

    pub fn asked(&self) -> Result<WriteGuideline, Fault> {
        let version = self.version.trim().parse();
        let version = version.map_err(|_| Fault::field("version", "is missing; load the page again"))?;
        Ok(WriteGuideline { version, text: self.text.replace("\r\n", "\n") })
    }

    /// After a refusal: what was typed stays. In a conflict it follows the version that others wrote.
    pub fn seen(mut self, now: &Guideline, fault: &Fault) -> Self {
        if fault.kind == FaultKind::Conflict {
            self.version = now.version.to_string();
        }
        self
    }
}

/// What is wrong with one part.
pub fn wrong_with<'f>(fault: Option<&'f Fault>, part: &str) -> Option<&'f FieldFault> {
    fault?.fields.iter().find(|wrong| wrong.field == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::ProjectId;
    use chorale_model::projects::{Progress, ProjectState, Sampling};
    use uuid::Uuid;

    fn typed(more: &[(&str, &str)]) -> PostedPlan {
        let collection = Uuid::from_u128(7).to_string();
        let known =
            [("collection", collection.as_str()), ("name", "Livers"), ("fields[0]", "tissue"), ("fields[3]", "sex")];
        PostedPlan::begin(known.iter().chain(more).map(|(name, text)| (*name, (*text).to_owned())))
    }

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let plan =
            typed(&[("due_on", "2026-03-04"), ("sampling", "random"), ("guideline", "a\r\nb")]).plan().expect("a plan");
        assert_eq!(
            (plan.fields, plan.items, plan.reviewers),
            (vec!["tissue".to_owned(), "sex".to_owned()], Some(50), 2)
        );
        assert_eq!((plan.sampling, plan.guideline.as_str(), plan.passing), (Sampling::Random, "a\nb", 95));
        assert_eq!(plan.due_at.map(|at| at.minute_text()), Some("2026-03-04 23:59".to_owned()));
        assert_eq!(typed(&[("items", " ")]).plan().expect("a plan").items, None, "empty is everything");
    }

    #[test]
    fn a_draft_survives_its_form() {
        let more =
            [("due_on", "2026-03-04"), ("least", "0.25"), ("sampling", "random"), ("state", "all"), ("q", "cortex")];
        let people = [("people[1]", "00000000-0000-0000-0000-000000000009")];
        let plan = typed(&[more.as_slice(), people.as_slice()].concat()).plan().expect("a plan");
        let guideline = Guideline { version: 1, text: "The organ.".into(), by: "one".into(), at: Time(0) };
        let project = Project {
            id: ProjectId(Uuid::from_u128(1)),
            version: 4,
            plan: plan.clone(),
            state: ProjectState::Draft,
            people: Vec::new(),
            guideline,
            created_by: "one".into(),
            created_at: Time(0),
            progress: Progress::default(),
        };
        let change = PostedPlan::of(&project).change().expect("a change");
        let plan = CreateProject { guideline: "The organ.".into(), ..plan };
        assert_eq!(change, ChangeDraft { version: 4, plan });
    }

    #[test]
    fn everything_that_cannot_be_read_is_told_at_once() {
        let all = [("items", "some"), ("least", "low"), ("dataset", "GSE1"), ("due_on", "soon"), ("sampling", "luck")];
        let fault = typed(&all).plan().expect_err("a fault");
        let mut parts: Vec<&str> = fault.fields.iter().map(|wrong| wrong.field.as_str()).collect();
        parts.sort_unstable();
        assert_eq!(parts, ["dataset", "due_on", "items", "least", "sampling"]);
        assert!(wrong_with(Some(&fault), "items").is_some_and(|wrong| wrong.message.contains("\"some\" is no number")));
    }

    #[test]
    fn a_guideline_that_came_late_follows_the_newer_one() {
        let now = Guideline { version: 4, text: "Theirs.".into(), by: "else".into(), at: Time(0) };
        let typed = PostedGuideline { version: "3".into(), text: "Mine.".into() };
        let late = typed.clone().seen(&now, &Fault::conflict("somebody was faster"));
        assert_eq!(late, PostedGuideline { version: "4".into(), text: "Mine.".into() });
        assert_eq!(typed.clone().seen(&now, &Fault::invalid("too long")), typed);
    }
}
