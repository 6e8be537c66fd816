//! Trained models of all classes together, by column: a text's few columns name the classes that it speaks for.

use crate::artifact::{Damaged, Reader, Writer};

/// One linear model per class. Weights are stored by column, so that scoring a row costs its own entries only.
#[derive(Clone, Debug, PartialEq)]
pub struct Classifier {
    /// What the constant column adds to each class.
    constants: Vec<f32>,
    /// `starts[column]..starts[column + 1]` of `weights`.
    starts: Vec<u32>,
    weights: Vec<(u16, f32)>,
}

impl Classifier {
    pub(super) fn new(columns: usize, bias: f32, models: impl Iterator<Item = (Vec<(u32, f32)>, f32)>) -> Classifier {
        let mut constants = Vec::new();
        let mut by_column: Vec<(u32, u16, f32)> = Vec::new();
        for (class, (weights, constant)) in models.enumerate() {
            let class = u16::try_from(class).expect("fewer than 65,536 classes");
            constants.push(constant * bias);
            by_column.extend(weights.into_iter().map(|(column, w)| (column, class, w)));
        }
        by_column.sort_unstable_by_key(|(column, class, _)| (*column, *class));
        let mut starts = vec![0_u32; columns + 1];
        for (column, _, _) in &by_column {
            starts[*column as usize + 1] += 1;
        }
        for column in 0..columns {
            starts[column + 1] += starts[column];
        }
        Classifier { constants, starts, weights: by_column.into_iter().map(|(_, class, w)| (class, w)).collect() }
    }

    pub fn classes(&self) -> usize {
        self.constants.len()
    }

    /// How many weights are stored.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// w·x + b of every class, into `scores`.
    pub fn decide(&self, row: &[(u32, f32)], scores: &mut Vec<f32>) {
        scores.clear();
        scores.extend_from_slice(&self.constants);
        for (column, x) in row {
            for (class, w) in self.column(*column) {
                scores[*class as usize] += w * x;
            }
        }
    }

    /// Weights of one column by class; empty for a column that is not there.
    pub fn column(&self, column: u32) -> &[(u16, f32)] {
        let column = column as usize;
        match (self.starts.get(column), self.starts.get(column + 1)) {
            (Some(from), Some(to)) => &self.weights[*from as usize..*to as usize],
            _ => &[],
        }
    }

    /// What the constant adds to a class.
    pub fn constant(&self, class: usize) -> f32 {
        self.constants[class]
    }

    pub fn write(&self, to: &mut Writer) {
        to.list(&self.constants, |to, c| to.f32(*c));
        to.list(&self.starts, |to, start| to.u32(*start));
        to.list(&self.weights, |to, (class, w)| {
            to.u32(u32::from(*class));
            to.f32(*w);
        });
    }

    /// # Errors
    /// When the bytes are not what [`Classifier::write`] wrote.
    pub fn read(from: &mut Reader<'_>) -> Result<Classifier, Damaged> {
        let constants = from.list(|from| from.f32())?;
        let starts = from.list(|from| from.u32())?;
        let damaged = || Damaged("a weight of the model is out of place".into());
        let classes = constants.len();
        let weights = from.list(|from| {
            let class =
                u16::try_from(from.u32()?).ok().filter(|class| usize::from(*class) < classes).ok_or_else(damaged)?;
            Ok((class, from.f32()?))
        })?;
        let sound = starts.first() == Some(&0)
            && starts.is_sorted()
            && starts.last().map(|n| *n as usize) == Some(weights.len());
        if sound { Ok(Classifier { constants, starts, weights }) } else { Err(damaged()) }
    }
}

/// 1 / (1 + e⁻ˣ).
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}
