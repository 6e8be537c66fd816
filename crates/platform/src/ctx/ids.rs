//! The only source of randomness: ids (UUIDv7, RFC 9562) and secrets.

use super::Clock;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Ids {
    clock: Clock,
}

impl Ids {
    pub fn new(clock: Clock) -> Self {
        Ids { clock }
    }

    /// A new id whose first 48 bits are milliseconds, so that rows made together lie together.
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.clock.now().0 / 1_000).unwrap_or(0);
        let random: [u8; 16] = self.bytes();
        let mut tail = [0; 10];
        tail.copy_from_slice(&random[..10]);
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    /// `N` random bytes from the operating system.
    #[allow(clippy::disallowed_methods)] // the one place
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).expect("the operating system has random numbers");
        bytes
    }

    /// A secret of 256 bits, as 64 hexadecimal digits.
    pub fn secret(&self) -> String {
        hex::encode(self.bytes::<32>())
    }
}
