//! What the order of questions is worth: curation simulated on samples with gold labels. Labels are revealed question by
//! question, as curators settle them: a decision reveals everything in the pool that says the same under the same key
//! (`chorale_annotate::said`, as review asks). After so many decisions the annotator is trained anew and judged on blocks of
//! accession numbers that no question touched.
//!
//! usage: active TEXT.tsv.gz GOLD.tsv.gz ONTOLOGY_DIR
//!
//! Prints, tab-separated, field, order, seed, decisions, labels, close F1 and exact F1; the dictionary alone, which needs no
//! decision, first. A seed is another split and another shuffle. Orders: `worth` is the product's
//! (`chorale_annotate::worth`: uncertainty × samples × diversity, scored by the newest annotator), `questions` takes
//! questions as chance has them, `samples` takes samples as chance has them and asks what they say, so that what many say
//! comes sooner. A question whose samples have several different labels costs as many decisions. `ACTIVE_ORDERS`,
//! `ACTIVE_FIELDS` and `ACTIVE_SEEDS` choose parts of it: what is tried is chosen on the seeds 21 to 24, which are not
//! reported.

mod labelled;

use chorale_annotate::evaluate::{self, Figures, GoldRow, Predicted};
use chorale_annotate::learned::{Corpus, Gold, Learned, Row as _, TrainOptions, labels};
use chorale_annotate::worth::Asked;
use chorale_annotate::{Annotator, Field, Item, Suggestion, project, said, suggestions};
use chorale_learn::{SplitMix64, folds};
use labelled::{Failure, Row, World, label};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Instant;

/// Two of five folds of blocks are held out.
const FOLDS: usize = 5;
const HELD_OUT: usize = 2;
/// Decisions after which the annotator is trained and judged.
const ROUNDS: [usize; 13] = [10, 25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1000, 1200];

/// Everything in the pool that says the same: one decision's worth.
struct Question {
    /// Of the pool's gold rows.
    labels: Vec<usize>,
    /// Studies and samples.
    samples: Vec<(usize, usize)>,
    /// Different labels among them, each a decision.
    answers: usize,
    /// Of what is suggested now.
    term: String,
    score: f64,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [text, gold, folder] = arguments.as_slice() else {
        return Err("usage: active TEXT.tsv.gz GOLD.tsv.gz ONTOLOGY_DIR".into());
    };
    let chosen = |name: &str, all: &str| -> Vec<String> {
        std::env::var(name).unwrap_or(all.into()).split(',').map(str::to_owned).collect()
    };
    let (fields, orders) =
        (chosen("ACTIVE_FIELDS", "tissue,disease"), chosen("ACTIVE_ORDERS", "worth,questions,samples"));
    let seeds = chosen("ACTIVE_SEEDS", "20,31,32,33,34,35,36,37");
    let (mut world, _) = labelled::read(text, gold, folder)?;
    // Only studies with labels teach or are judged.
    let labelled: HashSet<String> = world.gold.iter().map(|row| row.accession.clone()).collect();
    let mut wanted = vec![false; world.rows.len()];
    for range in labels::studies(&world.rows) {
        let has = world.rows[range.clone()].iter().any(|row| labelled.contains(&row.accession));
        wanted[range].fill(has);
    }
    let mut wanted = wanted.into_iter();
    world.rows.retain(|_| wanted.next().unwrap_or(false));
    let annotator = Annotator::new(world.library.clone());
    let started = Instant::now();
    let mut dictionary = Vec::new();
    let mut readings: HashMap<(&str, &str), Reading> = HashMap::new();
    let mut corpus = Corpus::read(&annotator, &world.rows, world.gold.iter().map(label), |row, item, candidates| {
        let suggested = suggestions(&world.library, item, candidates);
        for one in project(&suggested) {
            dictionary.push(predicted(row, one.field, &one.term, one.score));
        }
        for field in ["tissue", "disease"] {
            readings.insert((row.accession.as_str(), field), Reading::of(item, &suggested, field));
        }
    });
    eprintln!("{} samples of {} studies in {:?}", world.rows.len(), corpus.studies.len(), started.elapsed());
    println!("field\torder\tseed\tdecisions\tlabels\tclose_f1\texact_f1");
    for field in &fields {
        for seed in &seeds {
            let seed: u64 = seed.parse()?;
            let simulated = Simulation::new(&world, &mut corpus, &readings, field, seed);
            let figures = simulated.figures(&dictionary);
            println!("{field}\tdictionary\t{seed}\t0\t0\t{:.4}\t{:.4}", figures.close_f1, figures.exact_f1);
            for order in &orders {
                let started = Instant::now();
                Simulation::new(&world, &mut corpus, &readings, field, seed).run(order, seed);
                eprintln!("{field} {order} {seed}: {:?}", started.elapsed());
            }
        }
    }
    Ok(())
}

fn predicted(row: &Row, field: &str, term: &str, score: f32) -> Predicted {
    Predicted { accession: row.accession.clone(), field: field.into(), term: term.into(), score }
}

/// What the dictionary alone reads of a sample in one field.
struct Reading {
    said: Option<(String, String)>,
    term: String,
    score: f64,
}

impl Reading {
    fn of(item: &Item, suggested: &[Suggestion], field: &str) -> Reading {
        let fields: &[Field] = match field {
            "tissue" => &[Field::Tissue, Field::CellType],
            _ => &[Field::Disease, Field::StudyArm],
        };
        let own = suggested.iter().filter(|one| fields.contains(&one.field));
        let Some(best) = own.max_by(|a, b| a.score.total_cmp(&b.score)) else {
            return Reading { said: None, term: String::new(), score: 0.0 };
        };
        let said = best.evidence.as_ref().map(|read| {
            let (key, _) = item.attributes[read.attribute];
            said(item.attributes.iter().copied(), key, (read.start as usize, read.end as usize), &read.text)
        });
        Reading { said, term: best.term.clone(), score: f64::from(best.score) }
    }
}

struct Simulation<'a, 'c> {
    corpus: &'c mut Corpus<'a>,
    world: &'a World,
    field: &'a str,
    gold: Vec<Gold>,
    test: Vec<GoldRow>,
    is_held_out: Vec<bool>,
    questions: Vec<Question>,
}

impl<'a, 'c> Simulation<'a, 'c> {
    fn new(
        world: &'a World,
        corpus: &'c mut Corpus<'a>,
        readings: &HashMap<(&str, &str), Reading>,
        field: &'a str,
        seed: u64,
    ) -> Simulation<'a, 'c> {
        let specs: Vec<_> = labels::fields().into_iter().filter(|spec| spec.name == field).collect();
        let held_out = |accession: &str| folds::fold_of(evaluate::block(accession), FOLDS, seed) < HELD_OUT;
        let is_held_out: Vec<bool> =
            corpus.rows.iter().map(|range| held_out(&world.rows[range.start].accession)).collect();
        let test = world.gold.iter().filter(|row| row.field == field && held_out(&row.accession));
        let test = test.map(|row| GoldRow { source: "all".into(), ..row.clone() }).collect();
        let taught: Vec<&GoldRow> =
            world.gold.iter().filter(|row| row.field == field && !held_out(&row.accession)).collect();
        let gold = corpus.gold(&specs, taught.iter().map(|row| label(row)));
        let mut by_question: BTreeMap<(String, String, String), Vec<usize>> = BTreeMap::new();
        for (number, one) in gold.iter().enumerate() {
            let rows = &world.rows[corpus.rows[one.study].clone()];
            let reading = &readings[&(rows[one.sample].accession.as_str(), field)];
            let (key, words) = reading.said.clone().unwrap_or_else(|| (String::new(), rows[0].accession.clone()));
            by_question.entry((key, words, reading.term.clone())).or_default().push(number);
        }
        let questions = by_question.into_iter().map(|((_, _, term), labels)| {
            let samples: BTreeSet<(usize, usize)> = labels.iter().map(|n| (gold[*n].study, gold[*n].sample)).collect();
            let answers: BTreeSet<Vec<u32>> = samples
                .iter()
                .map(|at| {
                    let own = labels.iter().map(|n| &gold[*n]).filter(|one| (one.study, one.sample) == *at);
                    own.map(|one| one.term).collect()
                })
                .collect();
            let (study, sample) = *samples.first().expect("a question has a label");
            let accession = world.rows[corpus.rows[study].start + sample].accession.as_str();
            let score = readings[&(accession, field)].score;
            Question { samples: samples.into_iter().collect(), answers: answers.len(), labels, term, score }
        });
        let questions: Vec<Question> = questions.collect();
        Simulation { questions, corpus, world, field, gold, test, is_held_out }
    }

    fn run(mut self, order: &str, seed: u64) {
        let mut random: Vec<usize> = (0..self.questions.len()).collect();
        let mut numbers = SplitMix64::new(seed ^ 0xAC71);
        if order == "samples" {
            random = self.questions.iter().enumerate().flat_map(|(n, one)| vec![n; one.samples.len()]).collect();
        }
        numbers.shuffle(&mut random);
        let mut random = random.into_iter();
        let mut asked = vec![false; self.questions.len()];
        let mut decided: HashMap<String, f64> = HashMap::new();
        let (mut decisions, mut revealed) = (0, Vec::new());
        let all: usize = self.questions.iter().map(|one| one.answers).sum();
        for budget in ROUNDS.into_iter().filter(|budget| *budget < all).chain([all]) {
            while decisions < budget {
                let next = match order {
                    "worth" => self.worthiest(&asked, &decided),
                    _ => random.find(|n| !asked[*n]),
                };
                let Some(next) = next else { break };
                let question = &self.questions[next];
                asked[next] = true;
                decisions += question.answers;
                *decided.entry(question.term.clone()).or_default() += 1.0;
                revealed.extend(question.labels.iter().copied());
            }
            let learned = self.train(&revealed);
            let figures = self.judge(&learned);
            println!(
                "{}\t{order}\t{seed}\t{decisions}\t{}\t{:.4}\t{:.4}",
                self.field,
                revealed.len(),
                figures.close_f1,
                figures.exact_f1
            );
            if order == "worth" {
                self.score(&learned);
            }
        }
    }

    /// The question that is asked next, as review chooses it.
    fn worthiest(&self, asked: &[bool], decided: &HashMap<String, f64>) -> Option<usize> {
        let worth = |question: &Question| {
            let alike = decided.get(&question.term).copied().unwrap_or(0.0);
            Asked { score: question.score, samples: question.samples.len() as f64, alike }.worth()
        };
        let open = (0..self.questions.len()).filter(|n| !asked[*n]);
        open.map(|n| (n, worth(&self.questions[n]))).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(n, _)| n)
    }

    fn train(&mut self, revealed: &[usize]) -> Learned {
        let specs: Vec<_> = labels::fields().into_iter().filter(|spec| spec.name == self.field).collect();
        let gold: Vec<Gold> = revealed.iter().map(|n| self.gold[*n].clone()).collect();
        Learned::train(&self.corpus.studies, &gold, &specs, &mut self.corpus.terms, &TrainOptions::default())
    }

    fn judge(&self, learned: &Learned) -> Figures {
        let golden: HashSet<&str> = self.test.iter().map(|row| row.accession.as_str()).collect();
        let mut all = Vec::new();
        for (study, range) in self.corpus.studies.iter().zip(&self.corpus.rows) {
            let rows: &[Row] = &self.world.rows[range.clone()];
            if !rows.iter().any(|row| golden.contains(row.accession())) {
                continue;
            }
            for (row, proposals) in rows.iter().zip(learned.propose(&study.samples, &self.corpus.terms)) {
                for one in proposals.iter().filter(|one| one.score >= learned.threshold(0)) {
                    all.push(predicted(row, self.field, self.corpus.terms.id(one.term), one.score));
                }
            }
        }
        self.figures(&all)
    }

    fn figures(&self, predicted: &[Predicted]) -> Figures {
        Figures::of(&evaluate::judge(&self.test, predicted, "all", self.field, &self.corpus.terms))
    }

    /// What the annotator suggests for the pool now.
    fn score(&mut self, learned: &Learned) {
        let mut best: HashMap<(usize, usize), (f64, u32)> = HashMap::new();
        for (number, study) in self.corpus.studies.iter().enumerate().filter(|(n, _)| !self.is_held_out[*n]) {
            for (sample, proposals) in learned.propose(&study.samples, &self.corpus.terms).into_iter().enumerate() {
                if let Some(one) = proposals.into_iter().max_by(|a, b| a.score.total_cmp(&b.score)) {
                    best.insert((number, sample), (f64::from(one.score), one.term));
                }
            }
        }
        for question in &mut self.questions {
            let known: Vec<&(f64, u32)> = question.samples.iter().filter_map(|at| best.get(at)).collect();
            question.score = known.iter().map(|one| one.0).sum::<f64>() / question.samples.len() as f64;
            if let Some((_, term)) = known.first() {
                question.term = self.corpus.terms.id(*term).to_owned();
            }
        }
    }
}
