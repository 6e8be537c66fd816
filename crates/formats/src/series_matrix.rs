//! Owns series matrices.
use crate::{Error, Input, Limits, Report, Sink, error::Cause};
use std::io::Read;
pub(crate) fn read<R: Read, S: Sink + ?Sized>(
    _input: Input<R>,
    _limits: &Limits,
    _sink: &mut S,
) -> Result<Report, Error> {
    Err(Error::new(Cause::Unsupported, 0, "Series matrices are not read yet"))
}
