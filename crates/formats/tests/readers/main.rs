//! One binary for all tests of the readers: real files, malformed ones, properties.

mod keep;
mod real;
mod tables;
