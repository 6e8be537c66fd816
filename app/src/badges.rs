//! What waits for the person at an entry of the rail, as a number beside it. Counted once for each page; an entry without a
//! number has none to show.

use crate::screen::Place;
use chorale_model::Fault;
use chorale_platform::{Ctx, review};
use leptos::prelude::*;

/// By entry; provided as a context to whatever frames a page.
#[derive(Clone, Debug, Default)]
pub struct Badges(Vec<(Place, i64, &'static str)>);

impl Badges {
    pub async fn count(ctx: &Ctx) -> Result<Badges, Fault> {
        let mentions = review::count_unread(ctx).await?.unread;
        Ok(Badges(vec![(Place::Mentions, mentions, "unread")]))
    }

    /// The number of an entry with its word, where there is one to show.
    pub fn of(place: Place) -> Option<(i64, &'static str)> {
        let badges = use_context::<Badges>()?;
        badges.0.iter().find(|(at, n, _)| *at == place && *n > 0).map(|(_, n, word)| (*n, *word))
    }
}
