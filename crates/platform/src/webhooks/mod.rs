//! Webhooks: an admin names an address, and it hears of decisions and reports: signed, in order, and again when it did not
//! answer. Owns `webhooks` and `webhook_deliveries`. It must never reach into a private network that the operator did not
//! open (`address`), and never show a secret a second time.
//!
//! Start at [`create_webhook`]; `hear` writes what is to be delivered in the transaction of what happened, [`DeliverJob`]
//! delivers it.

mod address;
mod deliver;
mod hear;
mod sign;
mod sql;
mod verbs;

pub use deliver::DeliverJob;
pub use hear::{decided, reported};
pub use sign::signature;
pub use verbs::{
    create_webhook, delete_webhook, list_deliveries, list_webhooks, load_webhook, redeliver, renew_secret,
    test_webhook, update_webhook,
};

#[cfg(test)]
mod tests;
