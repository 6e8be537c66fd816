//! The closure as bytes.

use super::Closure;
use super::rows::Rows;
use crate::bytes::{Rest, damaged, put};
use crate::problem::Error;

impl Closure {
    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        self.parents.write(to);
        self.children.write(to);
        self.ancestors.write(to);
        put(to, &self.chains);
    }

    /// Of so many terms.
    pub(crate) fn read(rest: &mut Rest<'_>, terms: usize) -> Result<Closure, Error> {
        let (parents, children) = (Rows::read(rest, terms)?, Rows::read(rest, terms)?);
        let (ancestors, chains) = (Rows::read(rest, terms)?, rest.take::<u8>()?);
        if chains.len() == terms { Ok(Closure { parents, children, ancestors, chains }) } else { Err(damaged()) }
    }
}
