//! One binary for all tests of the readers: real files, malformed ones, properties.

mod golden;
mod keep;
mod malformed;
mod properties;
mod real;
mod tables;
