//! Gradient boosting of small trees for a yes or no (Friedman 2001; histograms and Newton gains as in XGBoost, Chen &
//! Guestrin 2016, and LightGBM, Ke et al. 2017). For tables of a few dozen numbers whose meaning depends on each other;
//! text belongs to [`crate::linear`].
//!
//! The crates for it bring dense arrays and derive macros of their own (`linfa-trees` has no boosting, `gbdt` is
//! unmaintained, the bindings to LightGBM are C++); what is needed here is two hundred lines.
//!
//! Start at [`Boosted::train`].

mod bins;
mod grow;

use crate::artifact::{Damaged, Reader, Writer};
use bins::Bins;

/// How trees are grown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    pub trees: usize,
    /// Steps from the root to a leaf, at most 8.
    pub depth: usize,
    /// How much of each tree's advice is taken.
    pub rate: f64,
    /// A leaf's rows weigh at least this much (the sum of their weights).
    pub min_leaf: f64,
    /// λ: draws leaves towards 0.
    pub shrink: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options { trees: 100, depth: 4, rate: 0.1, min_leaf: 20.0, shrink: 1.0 }
    }
}

/// Examples: `values` holds `width` numbers per row, one row behind the other. A value that is not a number counts as
/// smaller than all others.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    pub width: usize,
    pub values: &'a [f32],
    pub outcomes: &'a [bool],
    pub weights: &'a [f32],
}

/// A node; a leaf has no feature.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    /// [`LEAF`] for a leaf.
    feature: u32,
    /// Greater values go right; a leaf's advice.
    value: f32,
    /// The left child; the right one follows it.
    child: u32,
}

const LEAF: u32 = u32::MAX;

/// A trained model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boosted {
    width: usize,
    start: f32,
    /// Where each tree begins in `nodes`.
    roots: Vec<u32>,
    nodes: Vec<Node>,
}

impl Boosted {
    /// # Panics
    /// When the table's lists do not fit its width: they are the caller's own.
    pub fn train(table: &Table<'_>, options: &Options) -> Boosted {
        let rows = table.outcomes.len();
        assert!(table.values.len() == rows * table.width && table.weights.len() == rows, "a table of one shape");
        let bins = Bins::new(table);
        let total: f64 = table.weights.iter().map(|w| f64::from(*w)).sum();
        let yes: f64 = table.outcomes.iter().zip(table.weights).filter(|(y, _)| **y).map(|(_, w)| f64::from(*w)).sum();
        let start = ((yes + 0.5) / (total - yes + 0.5)).ln();
        let mut model = Boosted { width: table.width, start: start as f32, ..Boosted::default() };
        let mut scores = vec![start; rows];
        for _ in 0..options.trees {
            let slopes: Vec<grow::Slope> = (0..rows)
                .map(|row| {
                    let (p, w) = (1.0 / (1.0 + (-scores[row]).exp()), f64::from(table.weights[row]));
                    let y = f64::from(u8::from(table.outcomes[row]));
                    grow::Slope { gradient: w * (p - y), curvature: w * p * (1.0 - p), weight: w }
                })
                .collect();
            model.roots.push(model.nodes.len() as u32);
            grow::tree(&bins, &slopes, options, &mut scores, &mut model.nodes);
        }
        model
    }

    /// Log-odds of yes.
    pub fn decide(&self, values: &[f32]) -> f32 {
        self.start + self.roots.iter().map(|root| self.advice(*root, values)).sum::<f32>()
    }

    fn advice(&self, root: u32, values: &[f32]) -> f32 {
        let mut node = &self.nodes[root as usize];
        while node.feature != LEAF {
            let goes_right = values.get(node.feature as usize).is_some_and(|value| *value > node.value);
            node = &self.nodes[(node.child + u32::from(goes_right)) as usize];
        }
        node.value
    }

    /// How often each feature decides.
    pub fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.width];
        for node in self.nodes.iter().filter(|node| node.feature != LEAF) {
            uses[node.feature as usize] += 1;
        }
        uses
    }

    pub fn write(&self, to: &mut Writer) {
        to.u32(self.width as u32);
        to.f32(self.start);
        to.list(&self.roots, |to, root| to.u32(*root));
        to.list(&self.nodes, |to, node| {
            to.u32(node.feature);
            to.f32(node.value);
            to.u32(node.child);
        });
    }

    /// # Errors
    /// When the bytes are no trees.
    pub fn read(from: &mut Reader<'_>) -> Result<Boosted, Damaged> {
        let (width, start) = (from.u32()? as usize, from.f32()?);
        let roots = from.list(|from| from.u32())?;
        let nodes = from.list(|from| Ok(Node { feature: from.u32()?, value: from.f32()?, child: from.u32()? }))?;
        let ends = nodes.len();
        // Children stand behind their parent: a walk always ends.
        let sound = roots.iter().all(|root| (*root as usize) < ends)
            && nodes.iter().enumerate().all(|(at, node)| {
                let child = node.child as usize;
                node.feature == LEAF || ((node.feature as usize) < width && child > at && child + 1 < ends)
            });
        if sound {
            Ok(Boosted { width, start, roots, nodes })
        } else {
            Err(Damaged("a tree of the model is out of shape".into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SplitMix64;

    fn exclusive_or() -> (Vec<f32>, Vec<bool>) {
        let mut random = SplitMix64::new(5);
        let values: Vec<f32> = (0..4000).map(|_| random.below(1000) as f32 / 1000.0).collect();
        let outcomes = values.chunks(2).map(|v| (v[0] > 0.5) != (v[1] > 0.3)).collect();
        (values, outcomes)
    }

    #[test]
    fn learns_what_no_line_can_part() {
        let (values, outcomes) = exclusive_or();
        let weights = vec![1.0; outcomes.len()];
        let table = Table { width: 2, values: &values, outcomes: &outcomes, weights: &weights };
        let model = Boosted::train(&table, &Options { trees: 60, ..Options::default() });
        let right = values.chunks(2).zip(&outcomes).filter(|(v, y)| (model.decide(v) > 0.0) == **y).count();
        assert!(right as f64 > 0.985 * outcomes.len() as f64, "{right}");
        assert!(model.uses().iter().all(|uses| *uses > 0));
    }

    #[test]
    fn rows_without_weight_say_nothing_and_what_is_written_is_read() {
        let (values, mut outcomes) = exclusive_or();
        let weights: Vec<f32> = (0..outcomes.len()).map(|row| (row % 2) as f32).collect();
        let train = |outcomes: &[bool]| {
            Boosted::train(&Table { width: 2, values: &values, outcomes, weights: &weights }, &Options::default())
        };
        let model = train(&outcomes);
        for row in (0..outcomes.len()).step_by(2) {
            outcomes[row] = !outcomes[row];
        }
        assert_eq!(model, train(&outcomes));
        let mut to = Writer::default();
        model.write(&mut to);
        let bytes = to.finish("boosted", 1);
        let mut from = Reader::open(&bytes, "boosted", 1).expect("sound");
        assert_eq!(Boosted::read(&mut from).expect("sound"), model);
    }

    #[test]
    fn a_tree_that_would_go_round_is_refused() {
        let model =
            Boosted { width: 1, start: 0.0, roots: vec![0], nodes: vec![Node { feature: 0, value: 0.0, child: 0 }; 3] };
        let mut to = Writer::default();
        model.write(&mut to);
        let bytes = to.finish("boosted", 1);
        assert!(Boosted::read(&mut Reader::open(&bytes, "boosted", 1).expect("sound head")).is_err());
    }

    #[test]
    fn no_rows_and_one_class_give_no_panic() {
        let empty = Boosted::train(&Table { width: 2, values: &[], outcomes: &[], weights: &[] }, &Options::default());
        assert_eq!(empty.decide(&[1.0, 2.0]), 0.0);
        let table = Table { width: 1, values: &[f32::NAN, 1.0], outcomes: &[true; 2], weights: &[1.0; 2] };
        assert!(Boosted::train(&table, &Options::default()).decide(&[0.5]) > 0.0);
    }
}
