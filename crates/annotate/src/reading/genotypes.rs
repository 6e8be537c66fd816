//! Genotypes: a gene and what was done to it (`Pink1 knockout`, `TP53-/-`, `siRNA against MYC`).

use super::{Mention, Reader, Reading, Section};
use crate::candidate::{Fit, Source};
use crate::field::Field;
use crate::lexicon::Sense;
use chorale_ontology::Shape;

impl Reader<'_> {
    pub(super) fn genotypes(&mut self, section: &Section, reading: &mut Reading) {
        let fit = section.fit(Field::Genotype);
        let open = fit >= Fit::Weak || matches!(section.source, Source::Title | Source::SourceName | Source::Bare);
        if !open || (self.marks.modifies.is_empty() && !section.text.contains("/-")) {
            return;
        }
        let prior = if fit == Fit::Strong { 0.85 } else { 0.55 };
        let mut found: Option<(u32, u32)> = None;
        for (from, to, _) in &self.marks.modifies {
            // Before the modification, else behind it, over at most one word ("of", "against", "for").
            let before = (*from > 0).then(|| from - 1);
            let behind = [*to, to + 1].into_iter().filter(|word| (*word as usize) < self.words.len());
            if let Some(gene) = before.into_iter().chain(behind).find(|word| self.is_gene(*word, fit)) {
                found = Some((gene.min(*from), (gene + 1).max(*to)));
                break;
            }
        }
        let found = found.or_else(|| self.homozygous(section));
        let Some((from, to)) = found else { return };
        let (start, mut end) = (self.words.get(from as usize).start, self.words.get(to as usize - 1).end);
        let rest: String = section.text.chars().skip(end as usize).take(5).collect();
        if let Some(mark) = ["-/-", " -/-", "(-/-)", "+/-", " +/-"].iter().find(|mark| rest.starts_with(**mark)) {
            end += mark.chars().count() as u32;
        }
        reading.mentions.push(Mention { sense: Sense::Text, ..section.mention(Field::Genotype, start, end, prior) });
    }

    /// The word in front of `-/-`.
    fn homozygous(&self, section: &Section) -> Option<(u32, u32)> {
        let byte = section.text.find("-/-").or_else(|| section.text.find("+/-"))?;
        let at = section.chars_before(byte);
        let word = self.words.iter().rposition_before(at)?;
        self.is_gene(word, Fit::Strong).then_some((word, word + 1))
    }

    /// A symbol of an installed gene table, or what looks like one.
    fn is_gene(&self, word: u32, fit: Fit) -> bool {
        if self.marks.genes.iter().any(|(from, to, _)| *from <= word && word < *to) {
            return true;
        }
        let length = self.words.text(word as usize).len();
        let shape = self.words.get(word as usize).shape;
        let looks =
            matches!(shape, Shape::Upper | Shape::Code | Shape::Mixed) || (fit == Fit::Strong && shape == Shape::Title);
        looks
            && (2..=10).contains(&length)
            && self.words.text(word as usize).bytes().any(|byte| byte.is_ascii_alphabetic())
    }
}

trait LastBefore {
    /// The last word that ends at or before a place of the text.
    fn rposition_before(self, at: u32) -> Option<u32>;
}

impl<'a, I: Iterator<Item = (chorale_ontology::Word, &'a str)>> LastBefore for I {
    fn rposition_before(self, at: u32) -> Option<u32> {
        let mut last = None;
        for (index, (word, _)) in self.enumerate() {
            if word.end > at {
                break;
            }
            last = Some(index as u32);
        }
        last
    }
}
