//! A parameter, typed even when it is null: PostgreSQL refuses a null of another type than its column.

use chorale_model as model;
use sqlx::query::Query as SqlxQuery;
use sqlx::{Postgres, Sqlite};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(Option<bool>),
    Int(Option<i64>),
    Float(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<Uuid>),
}

macro_rules! bind {
    ($value:expr, $query:expr) => {
        match $value {
            Value::Bool(v) => $query.bind(v),
            Value::Int(v) => $query.bind(v),
            Value::Float(v) => $query.bind(v),
            Value::Text(v) => $query.bind(v),
            Value::Bytes(v) => $query.bind(v),
            Value::Uuid(v) => $query.bind(v),
        }
    };
}

impl Value {
    pub(super) fn bind_sqlite(
        self,
        query: SqlxQuery<'static, Sqlite, sqlx::sqlite::SqliteArguments>,
    ) -> SqlxQuery<'static, Sqlite, sqlx::sqlite::SqliteArguments> {
        bind!(self, query)
    }

    pub(super) fn bind_pg(
        self,
        query: SqlxQuery<'static, Postgres, sqlx::postgres::PgArguments>,
    ) -> SqlxQuery<'static, Postgres, sqlx::postgres::PgArguments> {
        bind!(self.without_nul(), query)
    }

    /// PostgreSQL cannot store U+0000; the replacement character says that something stood there.
    pub(super) fn without_nul(self) -> Self {
        match self {
            Value::Text(Some(text)) if text.contains('\0') => Value::Text(Some(text.replace('\0', "\u{fffd}"))),
            other => other,
        }
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident, $convert:expr;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Value::$variant(Some($convert(value)))
            }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Value::$variant(value.map($convert))
            }
        }
    )*};
}

from! {
    bool => Bool, |v| v;
    i64 => Int, |v| v;
    f64 => Float, |v| v;
    String => Text, |v| v;
    &str => Text, str::to_owned;
    &String => Text, String::clone;
    Vec<u8> => Bytes, |v| v;
    Uuid => Uuid, |v| v;
    model::Time => Int, |v: model::Time| v.0;
    model::OrganizationId => Uuid, |v: model::OrganizationId| v.0;
    model::UserId => Uuid, |v: model::UserId| v.0;
    model::SessionId => Uuid, |v: model::SessionId| v.0;
    model::TokenId => Uuid, |v: model::TokenId| v.0;
    model::InvitationId => Uuid, |v: model::InvitationId| v.0;
    model::CollectionId => Uuid, |v: model::CollectionId| v.0;
    model::DatasetId => Uuid, |v: model::DatasetId| v.0;
    model::VersionId => Uuid, |v: model::VersionId| v.0;
    model::SampleId => Uuid, |v: model::SampleId| v.0;
    model::FileId => Uuid, |v: model::FileId| v.0;
    model::JobId => Uuid, |v: model::JobId| v.0;
    model::BatchId => Uuid, |v: model::BatchId| v.0;
    model::QuestionId => Uuid, |v: model::QuestionId| v.0;
    model::AlertId => Uuid, |v: model::AlertId| v.0;
    model::PromotionId => Uuid, |v: model::PromotionId| v.0;
    model::ProjectId => Uuid, |v: model::ProjectId| v.0;
    model::ItemId => Uuid, |v: model::ItemId| v.0;
    model::CommentId => Uuid, |v: model::CommentId| v.0;
    model::ReportId => Uuid, |v: model::ReportId| v.0;
    model::ViewId => Uuid, |v: model::ViewId| v.0;
    model::WebhookId => Uuid, |v: model::WebhookId| v.0;
    model::WebhookDeliveryId => Uuid, |v: model::WebhookDeliveryId| v.0;
    model::ScheduleId => Uuid, |v: model::ScheduleId| v.0;
    model::experiments::ExperimentId => Int, |v: model::experiments::ExperimentId| v.0;
    model::experiments::RunId => Uuid, |v: model::experiments::RunId| v.0;
    model::experiments::LoggedModelId => Uuid, |v: model::experiments::LoggedModelId| v.0;
    model::RuleId => Uuid, |v: model::RuleId| v.0;
}
