//! Lists behind one another.

use crate::bytes::{Rest, damaged, put};
use crate::numbers::Numbers;
use crate::problem::Error;
use crate::release::{Place, Step};
use crate::term::Relation;
use std::marker::PhantomData;

/// What is kept as one number.
pub trait Packed: Copy {
    fn pack(self) -> u64;
    /// None: the number stands for nothing.
    fn unpack(number: u64) -> Option<Self>;
    /// The term that it speaks of.
    fn to(self) -> Place;
}

impl Packed for Step {
    fn pack(self) -> u64 {
        u64::from(self.to) | u64::from(self.length) << 32 | u64::from(self.relation.number()) << 48
    }

    fn unpack(number: u64) -> Option<Step> {
        let relation = Relation::numbered((number >> 48) as u8)?;
        Some(Step { relation, to: number as Place, length: (number >> 32) as u16 })
    }

    fn to(self) -> Place {
        self.to
    }
}

/// A term and how far it is.
impl Packed for (Place, u16) {
    fn pack(self) -> u64 {
        u64::from(self.0) | u64::from(self.1) << 32
    }

    fn unpack(number: u64) -> Option<(Place, u16)> {
        Some((number as Place, (number >> 32) as u16))
    }

    fn to(self) -> Place {
        self.0
    }
}

/// `starts` has one more entry than there are lists.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    starts: Numbers<u32>,
    items: Numbers<u64>,
    packed: PhantomData<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows { starts: vec![0].into(), items: Numbers::default(), packed: PhantomData }
    }
}

impl<T: Packed> Rows<T> {
    /// How many lists.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many items all lists have.
    pub fn count(&self) -> usize {
        self.items.len()
    }

    pub fn push(&mut self, items: impl Iterator<Item = T>) {
        let all = self.items.own();
        all.extend(items.map(T::pack));
        let end = u32::try_from(all.len()).expect("2^32 steps do not fit into memory");
        self.starts.own().push(end);
    }

    pub fn get(&self, of: Place) -> impl ExactSizeIterator<Item = T> + Clone + use<'_, T> {
        let starts = &self.starts[of as usize..of as usize + 2];
        let items = &self.items[starts[0] as usize..starts[1] as usize];
        items.iter().map(|item| T::unpack(*item).expect("items were checked when they were read"))
    }

    /// So many lists; `items` says which list each belongs to, in whatever order.
    pub fn sorted_by_list(lists: usize, items: impl Iterator<Item = (Place, T)> + Clone) -> Rows<T> {
        let mut starts = vec![0_u32; lists + 1];
        items.clone().for_each(|(list, _)| starts[list as usize + 1] += 1);
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut fill = starts.clone();
        let mut all = vec![0_u64; starts[lists] as usize];
        for (list, item) in items {
            let slot = &mut fill[list as usize];
            all[*slot as usize] = item.pack();
            *slot += 1;
        }
        Rows { starts: starts.into(), items: all.into(), packed: PhantomData }
    }

    /// Gives back what was reserved and not used.
    pub fn shrink(&mut self) {
        self.items.own().shrink_to_fit();
        self.starts.own().shrink_to_fit();
    }

    pub fn write(&self, to: &mut Vec<u8>) {
        put(to, &self.starts);
        put(to, &self.items);
    }

    /// A list for each of so many terms, of such terms.
    pub fn read(rest: &mut Rest<'_>, terms: usize) -> Result<Rows<T>, Error> {
        let (starts, items) = (rest.take::<u32>()?, rest.take::<u64>()?);
        let sound = starts.len() == terms + 1
            && starts.first() == Some(&0)
            && starts.is_sorted()
            && starts.last().is_some_and(|end| *end as usize == items.len())
            && items.iter().all(|item| T::unpack(*item).is_some_and(|item| (item.to() as usize) < terms));
        if sound { Ok(Rows { starts, items, packed: PhantomData }) } else { Err(damaged()) }
    }
}
