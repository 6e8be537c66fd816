//! One binary for all tests of what samples are annotated with.

mod examples;
mod hostile;
mod quality;
mod shared;
mod spans;
mod trained;
mod vocabulary;
