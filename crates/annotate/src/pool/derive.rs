//! What follows from what was read: a cell line's origin, disease, sex and organism; an age's group; a cancer of an organ.

use super::{Pool, Pooled};
use crate::age_group;
use crate::candidate::{Candidate, Features, Meaning, Source};
use crate::field::Field;
use crate::lexicon::Sense;
use crate::reading::Mention;
use crate::suggestion::{Method, State};
use chorale_ontology::dictionary::Match;
use chorale_ontology::{FactKind, TermRef, Words};

const HUMAN: &str = "NCBITaxon:9606";
/// Less sure than this, a cell line implies nothing.
const LEAST_LINE: f32 = 0.3;

/// Diseases that are a kind of growth and do not say of what.
pub(crate) const OPEN: [(&str, &str); 7] = [
    ("MONDO:0004992", "cancer"),
    ("MONDO:0004993", "carcinoma"),
    ("MONDO:0004970", "adenocarcinoma"),
    ("MONDO:0005070", "neoplasm"),
    ("MONDO:0004972", "adenoma"),
    ("MONDO:0005096", "squamous cell carcinoma"),
    ("MONDO:0005089", "sarcoma"),
];

/// Organs that one sex has: prostate, testis, seminal vesicle; ovary, uterus and its parts, tube, vagina, placenta's bed.
const SEXED: [(&str, &str); 11] = [
    ("UBERON:0002367", "PATO:0000384"),
    ("UBERON:0000473", "PATO:0000384"),
    ("UBERON:0000998", "PATO:0000384"),
    ("UBERON:0000428", "PATO:0000384"),
    ("UBERON:0000992", "PATO:0000383"),
    ("UBERON:0000995", "PATO:0000383"),
    ("UBERON:0001295", "PATO:0000383"),
    ("UBERON:0001296", "PATO:0000383"),
    ("UBERON:0000002", "PATO:0000383"),
    ("UBERON:0003889", "PATO:0000383"),
    ("UBERON:0000996", "PATO:0000383"),
];

impl Pool<'_> {
    pub(super) fn derive(&self, pooled: &mut Vec<Pooled>) {
        let lines: Vec<Pooled> = pooled
            .iter()
            .filter(|one| {
                one.mention.field == Field::CellLine
                    && one.mention.state == State::Present
                    && one.mention.prior >= LEAST_LINE
            })
            .take(4)
            .copied()
            .collect();
        for line in lines {
            self.implied_by_line(&line, pooled);
        }
        self.without(pooled);
        let human = !pooled.iter().any(|one| {
            one.mention.field == Field::Organism && one.mention.prior > 0.5 && !self.is(one.mention.sense, HUMAN)
        });
        if human {
            self.age_groups(pooled);
            self.sex_of_organs(pooled);
        }
    }

    /// Who is said not to have the disease is there to be compared with: "non-AD", "no COPD".
    fn without(&self, pooled: &mut Vec<Pooled>) {
        let Some(row) = self.lexicon.find_known("control") else { return };
        let said = pooled.iter().filter(|one| {
            let mention = &one.mention;
            mention.field == Field::Disease && mention.negated && !one.constant && mention.source != Source::Description
        });
        let best = said.max_by(|a, b| a.mention.quality.total_cmp(&b.mention.quality)).copied();
        if let Some(one) = best {
            let prior = 0.44 * one.mention.quality;
            let mention = Mention {
                sense: Sense::Known(row),
                prior,
                source: one.mention.source,
                ..Mention::at(Field::StudyArm, one.mention.start, one.mention.end)
            };
            pooled.push(Pooled::new(mention, one.attribute));
        }
    }

    /// An ovary is a woman's, where nothing else is said of the sex.
    fn sex_of_organs(&self, pooled: &mut Vec<Pooled>) {
        if pooled.iter().any(|one| one.mention.field == Field::Sex && one.mention.prior > 0.1) {
            return;
        }
        let organs = pooled.iter().filter(|one| one.mention.field == Field::Tissue && one.mention.prior > 0.4);
        let Some(organ) = organs.max_by(|a, b| a.mention.prior.total_cmp(&b.mention.prior)).copied() else { return };
        let Sense::Term(term) = organ.mention.sense else { return };
        let id = self.library.id(term);
        let Some((_, sex)) = SEXED.iter().find(|(organ, _)| *organ == id) else { return };
        let sense = self.library.find(sex).map(Sense::Term).or_else(|| self.lexicon.find_known(sex).map(Sense::Known));
        let Some(sense) = sense else { return };
        let prior = organ.mention.prior * 0.9;
        let mention = Mention {
            sense,
            prior,
            source: Source::Derived,
            ..Mention::at(Field::Sex, organ.mention.start, organ.mention.end)
        };
        pooled.push(Pooled { constant: organ.constant, ..Pooled::new(mention, organ.attribute) });
    }

    fn implied_by_line(&self, line: &Pooled, pooled: &mut Vec<Pooled>) {
        let mut add = |field: Field, sense: Sense, share: f32| {
            let mention = &line.mention;
            let prior = mention.prior * share;
            let derived =
                Mention { sense, prior, source: Source::Derived, ..Mention::at(field, mention.start, mention.end) };
            pooled.push(Pooled { constant: line.constant, ..Pooled::new(derived, line.attribute) });
        };
        if let Some(facts) = self.lexicon.line(line.mention.sense) {
            facts.origin.into_iter().flatten().for_each(|(field, sense)| add(field, sense, 0.8));
            facts.disease.into_iter().for_each(|sense| add(Field::Disease, sense, 0.55));
            facts.sex.into_iter().for_each(|sense| add(Field::Sex, sense, 0.6));
            facts.organism.into_iter().for_each(|sense| add(Field::Organism, sense, 0.9));
            return;
        }
        let Sense::Term(term) = line.mention.sense else { return };
        let known = |id: &str| {
            let term = self.library.find(id).map(Sense::Term);
            term.or_else(|| self.lexicon.find_known(id).map(Sense::Known))
        };
        for organism in self.library.facts(term, FactKind::Organism) {
            known(organism).into_iter().for_each(|sense| add(Field::Organism, sense, 0.9));
        }
        for disease in self.library.facts(term, FactKind::Disease).into_iter().take(2) {
            known(disease).into_iter().for_each(|sense| add(Field::Disease, sense, 0.55));
        }
        let sex = self.library.facts(term, FactKind::Sex).into_iter().find_map(|sex| {
            match sex.to_ascii_lowercase().as_str() {
                "male" => Some("PATO:0000384"),
                "female" => Some("PATO:0000383"),
                _ => None,
            }
        });
        sex.and_then(known).into_iter().for_each(|sense| add(Field::Sex, sense, 0.6));
    }

    fn age_groups(&self, pooled: &mut Vec<Pooled>) {
        let ages: Vec<Pooled> = pooled.iter().filter(|one| one.mention.field == Field::Age).take(4).copied().collect();
        for age in ages {
            let quantity =
                age.reading.and_then(|reading| reading.quantities.get(usize::from(age.mention.quantities.0)));
            let is_one = age.mention.quantities.0 < age.mention.quantities.1;
            let Some((group, share)) = quantity.filter(|_| is_one).and_then(age_group::of) else { continue };
            let Some(row) = self.lexicon.find_known(group) else { continue };
            let prior = age.mention.prior * share;
            let mention = Mention {
                sense: Sense::Known(row),
                prior,
                source: age.mention.source,
                fit: age.mention.fit,
                ..Mention::at(Field::AgeGroup, age.mention.start, age.mention.end)
            };
            pooled.push(Pooled { constant: age.constant, ..Pooled::new(mention, age.attribute) });
        }
    }

    fn is(&self, sense: Sense, id: &str) -> bool {
        match sense {
            Sense::Term(term) => self.library.id(term) == id,
            Sense::Known(row) => self.lexicon.known(row).0 == id,
            Sense::Text => false,
        }
    }

    /// "tissue: colon" with "disease: adenocarcinoma", or a tumor of the breast: the name of both together, where there is
    /// one.
    pub(super) fn compose(&self, candidates: &mut Vec<Candidate>) {
        let best = |field: Field| {
            candidates
                .iter()
                .filter(|one| one.field == field && one.state == State::Present && !one.features.negated)
                .max_by(|a, b| a.prior.total_cmp(&b.prior))
        };
        let Some(tissue) = best(Field::Tissue).filter(|one| one.prior > 0.35) else { return };
        let open = match best(Field::Disease) {
            Some(disease) => self.open_name(disease).map(|name| (name, disease)),
            None => best(Field::Condition).filter(|one| is_tumor(one)).map(|one| ("neoplasm", one)),
        };
        let (Some((name, growth)), Meaning::Term(organ)) = (open, &tissue.meaning) else { return };
        if growth.prior < 0.3 {
            return;
        }
        let Some(term) = self.named(&format!("{} {name}", self.library.label(*organ))) else { return };
        if candidates.iter().any(|one| one.field == Field::Disease && one.meaning == Meaning::Term(term)) {
            return;
        }
        let prior = (growth.prior + 0.05).min(0.95) * tissue.prior.sqrt();
        let features = Features { source: Source::Derived, mentions: 1, ..Features::default() };
        let composed = Candidate {
            field: Field::Disease,
            meaning: Meaning::Term(term),
            state: State::Present,
            method: Method::Rule,
            prior,
            span: growth.span,
            features,
            quantities: Vec::new(),
        };
        let at = candidates.partition_point(|one| (one.field, -one.prior) < (Field::Disease, -prior));
        candidates.insert(at, composed);
    }

    fn open_name(&self, disease: &Candidate) -> Option<&'static str> {
        let Meaning::Term(term) = disease.meaning else { return None };
        let id = self.library.id(term);
        OPEN.iter().find(|(open, _)| *open == id).map(|(_, name)| *name)
    }

    /// The disease that has exactly this name.
    fn named(&self, name: &str) -> Option<TermRef> {
        let words = Words::of(name);
        let mut found: Vec<Match> = Vec::new();
        self.library.dictionary().find(&words, &mut found);
        let whole = found.iter().find(|one| one.from == 0 && one.to as usize == words.len())?;
        let names = self.library.dictionary().names(whole);
        let terms = names.map(|name| TermRef { release: name.release, place: name.term });
        terms.into_iter().find(|term| self.library.id(*term).starts_with("MONDO:"))
    }
}

fn is_tumor(candidate: &Candidate) -> bool {
    matches!(candidate.meaning, Meaning::Known { id: "tumor" | "primary tumor", .. })
}
