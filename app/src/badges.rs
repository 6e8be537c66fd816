//! What waits for the person at an entry of the rail, as a number beside it. Counted once for each page; an entry without a
//! number has none to show.

use crate::screen::Place;
use chorale_model::{Fault, Role};
use chorale_platform::{Ctx, registry, reports, review};
use leptos::prelude::*;

/// By entry; provided as a context to whatever frames a page.
#[derive(Clone, Debug, Default)]
pub struct Badges(Vec<(Place, i64, &'static str)>);

impl Badges {
    pub async fn count(ctx: &Ctx) -> Result<Badges, Fault> {
        let (mentions, of_reports, promotions) =
            futures::try_join!(review::count_unread(ctx), reports::counts(ctx), registry::count_promotions(ctx))?;
        let is_curator = ctx.role().is_some_and(|role| role >= Role::Curator);
        // What is one's task comes before what is one's answer.
        let reported = match of_reports.open {
            open if is_curator && open > 0 => (Place::Reports, open, "open"),
            _ => (Place::Reports, of_reports.news, "of yours answered"),
        };
        let promoted = (Place::Models, promotions, "waiting for approval");
        Ok(Badges(vec![(Place::Mentions, mentions.unread, "unread"), reported, promoted]))
    }

    /// The number of an entry with its word, where there is one to show.
    pub fn of(place: Place) -> Option<(i64, &'static str)> {
        let badges = use_context::<Badges>()?;
        badges.0.iter().find(|(at, n, _)| *at == place && *n > 0).map(|(_, n, word)| (*n, *word))
    }
}
