//! Leptos primitives: what every screen is built from. Words come in as properties; nothing here reads data,
//! knows a route of the product, or says a colour (those are tokens in `style/`).
//! Start with `table` and `facet`, the two that scientists live in. `/design` shows all of them in every state.

#![recursion_limit = "256"]

pub mod alert;
pub mod button;
pub mod chart;
pub mod copy_as;
pub mod crumbs;
pub mod curves;
pub mod dialog;
pub mod dimension;
pub mod empty;
pub mod evidence;
pub mod facet;
pub mod facts;
pub mod field;
pub mod icon;
pub mod intervals;
pub mod pages;
pub mod parallel;
pub mod progress;
pub mod scatter;
pub mod score;
pub mod segmented;
pub mod skeleton;
pub mod status;
pub mod table;
pub mod tabs;
pub mod timeline;

pub use alert::Alert;
pub use button::{Button, Kind, LinkButton};
pub use chart::{Bar, BarList, Histogram, Shares, Sparkline, data_table};
pub use chorale_model::number;
pub use copy_as::{CopyAs, Snippet};
pub use crumbs::{Crumb, Crumbs};
pub use curves::{Curve, Curves};
pub use dialog::Dialog;
pub use dimension::{Dimension, Thing};
pub use empty::Empty;
pub use evidence::{Marked, Span};
pub use facet::{Branch, Facet, FacetLink};
pub use facts::{Fact, Facts};
pub use field::{Caret, Field, Select, TextArea, note_under};
pub use icon::{Glyph, Icon, Sprite};
pub use intervals::{IntervalPoint, Intervals};
pub use pages::Pages;
pub use parallel::Parallel;
pub use progress::Progress;
pub use scatter::Scatter;
pub use score::{Score, score_text};
pub use segmented::Segmented;
pub use skeleton::{Skeleton, TableSkeleton};
pub use status::{Badge, Chip, Kbd, Status, Tone};
pub use table::{Absent, SortHead, Table, TableFoot};
pub use tabs::{Tab, Tabs};
pub use timeline::{Event, Timeline};
