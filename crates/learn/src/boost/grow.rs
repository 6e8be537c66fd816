//! One tree, level by level: every open node takes the split with the greatest gain.

use super::bins::{Bins, MOST};
use super::{LEAF, Node, Options};

/// What a row adds to a node: first and second derivative of the loss, and its weight.
/// In double precision: histograms are taken from one another.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slope {
    pub gradient: f64,
    pub curvature: f64,
    pub weight: f64,
}

impl Slope {
    fn add(&mut self, other: &Slope) {
        self.gradient += other.gradient;
        self.curvature += other.curvature;
        self.weight += other.weight;
    }

    fn less(&self, other: &Slope) -> Slope {
        Slope {
            gradient: self.gradient - other.gradient,
            curvature: self.curvature - other.curvature,
            weight: self.weight - other.weight,
        }
    }

    fn worth(&self, shrink: f64) -> f64 {
        self.gradient * self.gradient / (self.curvature + shrink)
    }
}

struct Split {
    gain: f64,
    feature: usize,
    bin: usize,
}

/// An open node: its rows and what they add up to, interval by interval, feature behind feature.
struct Open {
    at: usize,
    rows: Vec<u32>,
    histograms: Vec<Slope>,
}

/// Appends a tree to `nodes` and adds its advice to `scores`.
pub(super) fn tree(bins: &Bins, slopes: &[Slope], options: &Options, scores: &mut [f64], nodes: &mut Vec<Node>) {
    let depth = options.depth.min(8);
    let rows: Vec<u32> = (0..slopes.len() as u32).filter(|row| slopes[*row as usize].weight > 0.0).collect();
    let root = nodes.len();
    nodes.push(Node { feature: LEAF, value: 0.0, child: 0 });
    let histograms = histograms(bins, slopes, &rows);
    let mut open = vec![Open { at: root, rows, histograms }];
    for level in 0..=depth {
        let mut next = Vec::new();
        for node in open {
            let mut sum = Slope::default();
            node.rows.iter().for_each(|row| sum.add(&slopes[*row as usize]));
            let split = if level < depth { best(bins, &node.histograms, &sum, options) } else { None };
            let Some(split) = split else {
                let advice = -options.rate * sum.gradient / (sum.curvature + options.shrink);
                nodes[node.at].value = advice as f32;
                node.rows.iter().for_each(|row| scores[*row as usize] += advice);
                continue;
            };
            let column = &bins.of[split.feature];
            let child = nodes.len();
            let value = bins.cuts[split.feature][split.bin];
            nodes[node.at] = Node { feature: split.feature as u32, value, child: child as u32 };
            nodes.extend([Node { feature: LEAF, value: 0.0, child: 0 }; 2]);
            let (left, right): (Vec<u32>, Vec<u32>) =
                node.rows.into_iter().partition(|row| usize::from(column[*row as usize]) <= split.bin);
            if level + 1 == depth {
                next.extend([(child, left), (child + 1, right)].map(|(at, rows)| Open {
                    at,
                    rows,
                    histograms: Vec::new(),
                }));
                continue;
            }
            // The smaller child is counted; the other has what is left of the parent's.
            let smaller = histograms_of_smaller(bins, slopes, &left, &right);
            let larger = node.histograms.iter().zip(&smaller).map(|(all, part)| all.less(part)).collect();
            let (of_left, of_right) = if left.len() <= right.len() { (smaller, larger) } else { (larger, smaller) };
            next.push(Open { at: child, rows: left, histograms: of_left });
            next.push(Open { at: child + 1, rows: right, histograms: of_right });
        }
        open = next;
    }
}

fn histograms_of_smaller(bins: &Bins, slopes: &[Slope], left: &[u32], right: &[u32]) -> Vec<Slope> {
    histograms(bins, slopes, if left.len() <= right.len() { left } else { right })
}

fn histograms(bins: &Bins, slopes: &[Slope], rows: &[u32]) -> Vec<Slope> {
    let mut all = vec![Slope::default(); MOST * bins.of.len()];
    let taken: Vec<Slope> = rows.iter().map(|row| slopes[*row as usize]).collect();
    for (column, histogram) in bins.of.iter().zip(all.chunks_exact_mut(MOST)) {
        for (row, slope) in rows.iter().zip(&taken) {
            histogram[usize::from(column[*row as usize])].add(slope);
        }
    }
    all
}

fn best(bins: &Bins, histograms: &[Slope], sum: &Slope, options: &Options) -> Option<Split> {
    let before = sum.worth(options.shrink);
    let mut best: Option<Split> = None;
    for (feature, histogram) in histograms.chunks_exact(MOST).enumerate() {
        let mut left = Slope::default();
        for (bin, slope) in histogram.iter().enumerate().take(bins.cuts[feature].len()) {
            left.add(slope);
            let right = sum.less(&left);
            if left.weight < options.min_leaf || right.weight < options.min_leaf {
                continue;
            }
            let gain = left.worth(options.shrink) + right.worth(options.shrink) - before;
            if gain > best.as_ref().map_or(1e-6, |best| best.gain) {
                best = Some(Split { gain, feature, bin });
            }
        }
    }
    best
}
