pub mod all;
pub mod fixtures;
