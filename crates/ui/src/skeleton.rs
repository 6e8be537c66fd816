//! The loading face: the same height as the content, so that nothing jumps.

use leptos::prelude::*;

/// One line. Widths are steps (`xs s m l`), because the CSP allows no style attribute.
#[component]
pub fn Skeleton(
    #[prop(default = "m")] width: &'static str,
    #[prop(optional)] height: Option<&'static str>,
) -> impl IntoView {
    view! { <span class="skeleton" data-w=width data-h=height></span> }.into_any()
}

/// The loading face of a table.
#[component]
pub fn TableSkeleton(#[prop(into)] caption: String, columns: usize, rows: usize) -> impl IntoView {
    let row = move || {
        let cells = (0..columns).map(|i| view! { <td><Skeleton width=if i == 0 { "s" } else { "m" }/></td> });
        view! { <tr>{cells.collect_view()}</tr> }
    };
    view! {
        <div class="panel" aria-busy="true">
            <table class="table">
                <caption class="sr">{caption}</caption>
                <tbody>{(0..rows).map(|_| row()).collect_view()}</tbody>
            </table>
            <div class="table-foot">"Counting …"</div>
        </div>
    }
    .into_any()
}
