//! Listening at one element, for as long as the page lives.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

pub fn listen<E: wasm_bindgen::convert::FromWasmAbi + 'static>(
    on: &web_sys::EventTarget,
    name: &str,
    act: impl FnMut(E) + 'static,
) {
    let closure = Closure::<dyn FnMut(E)>::new(act);
    if on.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()).is_ok() {
        closure.forget();
    }
}
