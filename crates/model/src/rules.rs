//! Rules: decisions that stand. What says certain words in a field becomes a value, and what stands under an attribute
//! key is read for a field, in what is there now and in what is imported later.

use crate::harmonize::ValueState;
use crate::{CollectionId, DatasetId, JobId, QuestionId, RuleId, SampleId, Time};
use serde::{Deserialize, Serialize};

/// Where a rule holds. Of two rules about the same words the narrower one decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RuleScope {
    /// In the series of this dataset, on all of its platforms, within the collection. Absent once the series is gone.
    Series {
        #[serde(default)]
        dataset: Option<DatasetId>,
    },
    /// In every series of the collection that this person or institute submitted, as the source names them.
    Submitter { name: String },
    /// In all of the collection.
    Collection,
}

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RuleSays {
    /// What says these words under this attribute, in this field.
    Words {
        field: String,
        /// Empty where nothing says it and the text of a study implies it; the words are the study then.
        attribute: String,
        words: String,
        becomes: RuleValue,
    },
    /// What stands under this key is read for a field, or for none.
    Key { key: String, reads: KeyReads },
}

/// What words become.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RuleValue {
    /// A term, a choice, a quantity or a text that the field takes, by id or name; or healthy.
    Is {
        term: String,
        #[serde(default)]
        label: String,
        #[serde(default)]
        state: ValueState,
    },
    /// The source does not say.
    NotReported,
    /// The field has no meaning for these samples.
    NotApplicable,
    /// Not this term, whatever an annotator reads.
    IsNot {
        term: String,
        #[serde(default)]
        label: String,
    },
}

/// How the values under a key are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyReads {
    /// Empty: for none; what annotators read under the key does not count.
    #[serde(default)]
    pub field: String,
    pub parser: KeyParser,
    /// Of numbers that name none themselves.
    #[serde(default)]
    pub unit: String,
    /// What a yes means, as a value that the field takes.
    #[serde(default)]
    pub yes: String,
}

/// What turns a text into a value of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeyParser {
    /// The term or the choice that it names.
    #[default]
    Value,
    /// A number or an interval, with its unit.
    Number,
    /// Yes or no; yes means one value, and no says nothing.
    YesNo,
    /// A day, written in one of the usual ways; it becomes 2019-03-01.
    Date,
    /// As it stands there.
    Text,
    /// Nothing of the field's.
    Ignore,
}

impl KeyParser {
    pub const ALL: [KeyParser; 6] =
        [KeyParser::Value, KeyParser::Number, KeyParser::YesNo, KeyParser::Date, KeyParser::Text, KeyParser::Ignore];

    /// In a choice of parsers.
    pub fn words(self) -> &'static str {
        match self {
            KeyParser::Value => "term or choice",
            KeyParser::Number => "number with unit",
            KeyParser::YesNo => "yes or no",
            KeyParser::Date => "date",
            KeyParser::Text => "text as it stands",
            KeyParser::Ignore => "ignore",
        }
    }
}

/// A decision that stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rule {
    pub id: RuleId,
    pub collection: CollectionId,
    pub collection_name: String,
    pub scope: RuleScope,
    /// The series of its scope, where it is one.
    pub series: String,
    pub says: RuleSays,
    /// In one line: `"HCC tumor" under disease is hepatocellular carcinoma`.
    pub title: String,
    pub why: String,
    pub by: String,
    pub at: Time,
    /// It is applied to what is imported.
    pub on: bool,
    /// Who switched it last, and when.
    pub switched: Option<Switched>,
    /// Batches that count, their samples, and when the last one was applied.
    pub applied: i64,
    pub samples: i64,
    pub last_applied: Option<Time>,
    /// Other rules about the same words that say something else; the narrower one decides where both hold.
    pub conflicts: Vec<RuleConflict>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Switched {
    pub by: String,
    pub at: Time,
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleConflict {
    pub rule: RuleId,
    pub title: String,
    /// The other one decides where both hold.
    pub decides: bool,
}

/// Which rules are listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleFilter {
    #[serde(default)]
    pub collection: Option<CollectionId>,
}

/// Makes a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MakeRule {
    pub collection: CollectionId,
    pub scope: RuleScope,
    pub says: RuleSays,
    /// For those who read the history.
    #[serde(default)]
    pub why: String,
}

/// What became of it: the job applies it to what is there now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleMade {
    pub rule: Rule,
    pub job: JobId,
}

/// Switches a rule on or off.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SwitchRule {
    pub on: bool,
    /// What it changed is taken back, too.
    #[serde(default)]
    pub take_back: bool,
    #[serde(default)]
    pub why: String,
}

/// What a rule would do now; nothing changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulePreview {
    /// Samples where the words or the key stand.
    pub samples: i64,
    pub datasets: i64,
    /// Distinct values among them.
    pub values: i64,
    /// Samples that it would change.
    pub changes: i64,
    /// That say it already.
    pub same: i64,
    /// About which a person decided; their own stays.
    pub decided: i64,
    /// Where a narrower rule decides.
    pub narrower: i64,
    /// The commonest first; at most ten.
    pub examples: Vec<RuleExample>,
    /// Values that cannot be read, the commonest first; at most twenty.
    pub failures: Vec<RuleFailure>,
    /// Samples of all that cannot be read.
    pub failed: i64,
    /// Only so many samples were looked at: the counts are of these.
    pub looked_at: Option<i64>,
    pub conflicts: Vec<RuleConflict>,
}

/// One distinct value with what it becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleExample {
    pub words: String,
    pub state: ValueState,
    pub term: String,
    pub label: String,
    pub samples: i64,
    /// What stands there now on one of them; empty where nothing does.
    pub before: String,
    pub sample: SampleId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleFailure {
    pub words: String,
    pub why: String,
    pub samples: i64,
}

/// Rules of questions: what is decided about them stands for later imports.
#[derive(Clone, Debug, PartialEq)]
pub struct RulesOfQuestions {
    pub questions: Vec<QuestionId>,
    pub scope: QuestionScope,
}

/// Where the rule of a question holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionScope {
    #[default]
    Collection,
    /// The series that shows the question.
    Series,
    /// Who submitted that series.
    Submitter,
}

/// Which keys are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Those that nobody mapped.
    #[default]
    Open,
    Mapped,
    All,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyFilter {
    pub collection: CollectionId,
    /// What the key holds.
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub state: KeyState,
}

/// An attribute key of a collection's samples, however it is written and packed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributeKey {
    /// In small letters: `age (yrs)` of `characteristics_ch1: Age (yrs): 54`.
    pub key: String,
    pub samples: i64,
    pub datasets: i64,
    /// Distinct values, counted in each dataset by itself.
    pub values: i64,
    /// The commonest.
    pub examples: Vec<KeyExample>,
    pub suggestions: Vec<KeySuggestion>,
    /// The rule that maps it.
    pub mapped: Option<MappedKey>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyExample {
    pub words: String,
    pub samples: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MappedKey {
    pub rule: RuleId,
    pub reads: KeyReads,
    pub by: String,
    pub at: Time,
}

/// How a key may be mapped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeySuggestion {
    pub reads: KeyReads,
    /// 0 to 1, to order by; it is no share of anything.
    pub score: f64,
    /// `annotators read 91 of 100 values under it as disease`
    pub why: String,
}

/// One page of keys with the counts of all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributeKeys {
    pub items: Vec<AttributeKey>,
    pub next_cursor: Option<String>,
    /// Keys that match.
    pub total: i64,
    /// Keys of the collection, and those that are mapped.
    pub keys: i64,
    pub mapped: i64,
    /// Values on samples under all keys, and under those that are mapped.
    pub places: i64,
    pub mapped_places: i64,
    /// Samples changed that are not counted yet.
    pub counting: bool,
}
