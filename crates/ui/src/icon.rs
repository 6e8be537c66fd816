//! The icon sprite: one 16 px grid, 1.5 px strokes, drawn once in the document and used by name.
//! Never add an icon that no screen shows.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident = $id:literal => $path:literal,)*) => {
        /// An icon of the sprite. It carries no meaning alone: a word stands beside it, or a label says it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon { $($name,)* }

        impl Icon {
            /// Every icon, for `/design` and the tests.
            pub const ALL: &'static [Icon] = &[$(Icon::$name,)*];

            /// The name in the sprite.
            pub fn id(self) -> &'static str {
                match self { $(Icon::$name => $id,)* }
            }
        }

        /// The symbols, as the document carries them. Only the server draws it.
        const SYMBOLS: &str = concat!($("<symbol id=\"i-", $id, "\" viewBox=\"0 0 16 16\">", $path, "</symbol>",)*);
    };
}

icons! {
    Bad = "bad" => r##"<circle cx="8" cy="8" r="6"/><path d="m6 6 4 4M10 6l-4 4"/>"##,
    Check = "check" => r##"<path d="m3 8.5 3.25 3.25L13 5"/>"##,
    Clock = "clock" => r##"<circle cx="8" cy="8" r="6"/><path d="M8 4.75V8l2.25 1.5"/>"##,
    Cohort = "cohort" => r##"<circle cx="6" cy="8" r="4"/><circle cx="10" cy="8" r="4"/>"##,
    Columns = "columns" => r##"<path d="M2.5 3h11v10h-11zM6.25 3v10M9.75 3v10"/>"##,
    Copy = "copy" => r##"<path d="M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1"/>"##,
    Cube = "cube" => r##"<path d="m8 2 5.5 3v6L8 14l-5.5-3V5zM2.5 5 8 8l5.5-3M8 8v6"/>"##,
    Doc = "doc" => r##"<path d="M4 2h5l3.25 3.25V14H4zM9 2v3.25h3.25M6.25 8.5h3.75M6.25 11h3.75"/>"##,
    Down = "down" => r##"<path d="m4.5 6.25 3.5 3.5 3.5-3.5"/>"##,
    DownTray = "down-tray" => r##"<path d="M8 2.5v7M5.25 7 8 9.75 10.75 7M3 13h10"/>"##,
    Flask = "flask" => r##"<path d="M6 2h4M6.75 2v4.25L3 12.75c-.3.6.1 1.25.75 1.25h8.5c.65 0 1.05-.65.75-1.25L9.25 6.25V2M4.75 10h6.5"/>"##,
    Import = "import" => r##"<path d="M8 2v7.5M5 6.75 8 9.75l3-3M2.5 10.5v3h11v-3"/>"##,
    Info = "info" => r##"<circle cx="8" cy="8" r="6"/><path d="M8 7.5v3.5M8 5v.1"/>"##,
    Key = "key" => r##"<circle cx="5" cy="11" r="2.75"/><path d="m7 9 6-6M10.5 5.5l2 2M12 4l1.5 1.5"/>"##,
    Left = "left" => r##"<path d="m9.75 4.5-3.5 3.5 3.5 3.5"/>"##,
    Link = "link" => r##"<path d="M6.75 9.25a2.5 2.5 0 0 0 3.5 0l2.5-2.5a2.5 2.5 0 0 0-3.5-3.5L8.5 4M9.25 6.75a2.5 2.5 0 0 0-3.5 0l-2.5 2.5a2.5 2.5 0 0 0 3.5 3.5l.75-.75"/>"##,
    Marker = "marker" => r##"<path d="M9.5 2.75 13.25 6.5 7.5 12.25H3.75V8.5zM2.5 14.25h11"/>"##,
    Menu = "menu" => r##"<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>"##,
    Moon = "moon" => r##"<path d="M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z"/>"##,
    Ok = "ok" => r##"<circle cx="8" cy="8" r="6"/><path d="m5.5 8.25 1.75 1.75L10.75 6.25"/>"##,
    Org = "org" => r##"<path d="M3 14V2.5h7V14M10 6h3v8M1.5 14h13M5.25 5.25h.1M7.75 5.25h.1M5.25 8h.1M7.75 8h.1M5.25 10.75h.1M7.75 10.75h.1"/>"##,
    Out = "out" => r##"<path d="M9.5 2.5h-6v11h6M6.5 8h7M11 5.5 13.5 8 11 10.5"/>"##,
    Pause = "pause" => r##"<circle cx="8" cy="8" r="6"/><path d="M6.5 6v4M9.5 6v4"/>"##,
    People = "people" => r##"<circle cx="6" cy="5.25" r="2.5"/><path d="M1.5 13.5c0-2.6 2-4.25 4.5-4.25s4.5 1.65 4.5 4.25M10.75 2.9a2.5 2.5 0 0 1 0 4.7M12.25 9.75c1.45.6 2.25 1.95 2.25 3.75"/>"##,
    Pin = "pin" => r##"<path d="M6 2h4l-.5 4.5L12 9H4l2.5-2.5zM8 9v5"/>"##,
    Plus = "plus" => r##"<path d="M8 3v10M3 8h10"/>"##,
    Pulse = "pulse" => r##"<path d="M1.5 8.5h3l2-5.5 3 10 2-4.5h3"/>"##,
    Right = "right" => r##"<path d="m6.25 4.5 3.5 3.5-3.5 3.5"/>"##,
    Run = "run" => r##"<circle cx="8" cy="8" r="6" stroke-dasharray="26 12"/>"##,
    Search = "search" => r##"<circle cx="7" cy="7" r="4.25"/><path d="m10.25 10.25 3.25 3.25"/>"##,
    Stack = "stack" => r##"<path d="m2 5.5 6-3 6 3-6 3zM2 8.25l6 3 6-3M2 11l6 3 6-3"/>"##,
    Sun = "sun" => r##"<circle cx="8" cy="8" r="3"/><path d="M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7"/>"##,
    Tree = "tree" => r##"<path d="M2.5 2.5h4v3h-4zM9.5 6.5h4v3h-4zM9.5 11h4v3h-4zM4.5 5.5v7h5M4.5 8h5"/>"##,
    Up = "up" => r##"<path d="m4.5 9.75 3.5-3.5 3.5 3.5"/>"##,
    Updown = "updown" => r##"<path d="m5 6 3-3 3 3M5 10l3 3 3-3"/>"##,
    Upload = "upload" => r##"<path d="M8 10.5V3M5 5.75 8 2.75l3 3M2.5 10.5v3h11v-3"/>"##,
    Queue = "queue" => r##"<path d="m2 4 1.25 1.25L5.5 3M8 4.25h6M2 11l1.25 1.25L5.5 10M8 11.25h6"/>"##,
    Values = "values" => r##"<path d="M2 3.5h12M2 8h8.5M2 12.5h5"/>"##,
    Warn = "warn" => r##"<path d="M8 2.25 14.25 13.5H1.75zM8 6.5v3.25M8 11.6v.1"/>"##,
    X = "x" => r##"<path d="m4 4 8 8M12 4l-8 8"/>"##,
}

/// The sprite; the shell puts it at the top of the body.
#[component]
pub fn Sprite() -> impl IntoView {
    view! { <svg hidden aria-hidden="true" inner_html=SYMBOLS></svg> }
}

/// One icon, hidden from assistive technology.
#[component]
pub fn Glyph(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=format!("#i-{}", icon.id())></use>
        </svg>
    }
}
