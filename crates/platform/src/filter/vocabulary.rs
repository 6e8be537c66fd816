//! What the filter of each list may name, as MLflow has it.

use super::Entity;

/// Attributes by kind, and which other entities there are.
pub struct Vocabulary {
    pub texts: &'static [&'static str],
    pub numbers: &'static [&'static str],
    /// Further names of attributes: what is written, and what is meant.
    pub synonyms: &'static [(&'static str, &'static str)],
    pub entities: &'static [Entity],
    /// Texts that take a list: `run_id in ('a', 'b')`.
    pub lists: &'static [&'static str],
    /// What a list may be ordered by besides its attributes.
    pub ordered: &'static [Entity],
    /// Attributes that a list may be ordered by and not filtered by.
    pub only_ordered: &'static [&'static str],
}

pub const RUNS: Vocabulary = Vocabulary {
    texts: &["run_id", "run_name", "status", "user_id", "artifact_uri"],
    numbers: &["start_time", "end_time"],
    synonyms: &[
        ("created", "start_time"),
        ("Created", "start_time"),
        ("run name", "run_name"),
        ("Run name", "run_name"),
        ("Run Name", "run_name"),
    ],
    entities: &[Entity::Metric, Entity::Param, Entity::Tag, Entity::Dataset],
    lists: &["run_id"],
    ordered: &[Entity::Metric, Entity::Param, Entity::Tag],
    only_ordered: &[],
};

pub const EXPERIMENTS: Vocabulary = Vocabulary {
    texts: &["name", "experiment_id"],
    numbers: &["creation_time", "last_update_time"],
    synonyms: &[],
    entities: &[Entity::Tag],
    lists: &["experiment_id"],
    ordered: &[],
    only_ordered: &[],
};

pub const MODELS: Vocabulary = Vocabulary {
    texts: &["name"],
    numbers: &[],
    synonyms: &[("last_updated_timestamp", "timestamp")],
    entities: &[Entity::Tag],
    lists: &["name"],
    ordered: &[],
    only_ordered: &["timestamp"],
};

pub const VERSIONS: Vocabulary = Vocabulary {
    texts: &["name", "run_id", "source_path"],
    numbers: &["version_number"],
    synonyms: &[],
    entities: &[Entity::Tag],
    lists: &["name", "run_id"],
    ordered: &[],
    only_ordered: &["creation_timestamp", "last_updated_timestamp"],
};

pub const LOGGED_MODELS: Vocabulary = Vocabulary {
    texts: &["name", "model_id", "model_type", "source_run_id", "experiment_id", "status"],
    numbers: &["creation_timestamp", "last_updated_timestamp"],
    synonyms: &[
        ("creation_time", "creation_timestamp"),
        ("creation_timestamp_ms", "creation_timestamp"),
        ("last_updated_timestamp_ms", "last_updated_timestamp"),
    ],
    entities: &[Entity::Metric, Entity::Param, Entity::Tag],
    lists: &["name", "model_id", "model_type", "source_run_id", "experiment_id", "status"],
    ordered: &[Entity::Metric],
    only_ordered: &[],
};

impl Vocabulary {
    /// The attribute that is meant, if it is one.
    pub fn attribute(&self, written: &str) -> Option<&'static str> {
        let meant = self.synonyms.iter().find(|(other, _)| *other == written).map(|(_, meant)| *meant);
        let known = || self.texts.iter().chain(self.numbers).chain(self.only_ordered);
        let written = meant.unwrap_or(written);
        known().copied().find(|name| *name == written)
    }

    pub fn is_number(&self, attribute: &str) -> bool {
        self.numbers.contains(&attribute)
    }

    /// The entity that a word before a key means, if there is it here.
    pub fn entity(&self, word: &str) -> Option<Entity> {
        let meant = match word {
            "attribute" | "attributes" | "attr" | "run" => return Some(Entity::Attribute),
            "metric" | "metrics" => Entity::Metric,
            "parameter" | "parameters" | "param" | "params" => Entity::Param,
            "tag" | "tags" => Entity::Tag,
            "dataset" | "datasets" => Entity::Dataset,
            _ => return None,
        };
        self.entities.contains(&meant).then_some(meant)
    }

    /// What may be written, for people.
    pub fn known(&self) -> String {
        let entities = self.entities.iter().map(|one| format!("{}.<key>", one.word()));
        let attributes = self.texts.iter().chain(self.numbers).map(|one| (*one).to_owned());
        attributes.chain(entities).collect::<Vec<_>>().join(", ")
    }
}
