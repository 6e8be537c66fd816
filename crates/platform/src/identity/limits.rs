//! Limits of failed sign-ins, per account and per address, in the database so that a restart does not forget them.
//!
//! An attempt is counted before its password is checked and given back when it was right: a thousand attempts at
//! once get no further than a thousand in a row. Attempts while blocked are refused uncounted and unhashed. An unknown
//! account is counted like a known one, so a block tells nothing about who exists.

use super::sql::limits as sql;
use crate::{Ctx, Tx};
use chorale_model::{Fault, Time};
use std::net::IpAddr;

struct Limit {
    /// Failures within the window that cost nothing.
    free: i64,
    window: i64,
    /// The first block; each further failure doubles it, up to `longest`.
    first: i64,
    longest: i64,
}

/// A person's typos fit; a guesser gets about 100 attempts a day.
const ACCOUNT: Limit = Limit { free: 5, window: 24 * Time::HOUR, first: 30 * Time::SECOND, longest: 15 * Time::MINUTE };
/// A laboratory behind one address fits; who tries many accounts from one address does not.
const ADDRESS: Limit = Limit { free: 30, window: Time::HOUR, first: Time::MINUTE, longest: Time::HOUR };

fn account(email: &str) -> String {
    format!("account:{email}")
}

/// One subject per client: an IPv6 client owns its whole /64.
fn address(text: &str) -> Option<String> {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => Some(format!("address:{v4}")),
        Ok(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => Some(format!("address:{v4}")),
            None => {
                let [a, b, c, d, ..] = v6.segments();
                Some(format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64"))
            }
        },
        // The command line has no address.
        Err(_) => None,
    }
}

/// Counts an attempt at `email` from the client's address, or refuses it.
pub async fn count(ctx: &Ctx, email: &str) -> Result<(), Fault> {
    let (account, address, now) = (account(email), address(&ctx.address), ctx.now());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                // Always in this order, so that two attempts cannot wait for each other.
                count_one(tx, &account, &ACCOUNT, now).await?;
                if let Some(address) = address {
                    count_one(tx, &address, &ADDRESS, now).await?;
                }
                Ok(())
            })
        })
        .await
}

async fn count_one(tx: &mut Tx, subject: &str, limit: &Limit, now: Time) -> Result<(), Fault> {
    let (failures, blocked_until) = sql::count(tx, subject, now, now.plus(-limit.window)).await?;
    let left = blocked_until.since(now);
    if left > 0 {
        let seconds = u64::try_from((left + Time::SECOND - 1) / Time::SECOND).unwrap_or(1);
        return Err(Fault::limited(
            format!("too many failed sign-ins; try again in {seconds} s, or ask an admin for a new password"),
            seconds,
        ));
    }
    if failures >= limit.free {
        let doublings = u32::try_from(failures - limit.free).unwrap_or(0).min(20);
        let block = (limit.first << doublings).min(limit.longest);
        sql::block(tx, subject, now.plus(block)).await?;
    }
    Ok(())
}

/// Takes back what [`count`] counted: the account starts anew, the address keeps its other failures.
pub async fn forgive(tx: &mut Tx, email: &str, client: &str) -> Result<(), Fault> {
    sql::forget(tx, &account(email)).await?;
    match address(client) {
        Some(address) => sql::give_back(tx, &address).await,
        None => Ok(()),
    }
}

/// The account starts anew: its password was reset.
pub async fn forget(tx: &mut Tx, email: &str) -> Result<(), Fault> {
    sql::forget(tx, &account(email)).await
}

/// Deletes what no longer blocks or counts.
pub async fn tidy(tx: &mut Tx, now: Time) -> Result<u64, Fault> {
    sql::tidy(tx, now, now.plus(-ACCOUNT.window.max(ADDRESS.window))).await
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_ipv6_client_is_its_network() {
        let of = |text| address(text).unwrap();
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2:3::4"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_eq!(address(""), None);
    }
}
