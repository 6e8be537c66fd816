pub mod all;
pub mod fixtures;
pub mod harmonized;
