//! The readers on files made for the purpose and on the real ones, the closures, the dictionary and the look-up.

mod dictionary;
mod golden;
mod library;
mod malformed;
mod readers;
mod real;
mod words;
