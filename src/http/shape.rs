//! What schemas are built of.

use serde_json::{Value, json};
use utoipa::openapi::schema::{
    AdditionalProperties, AllOfBuilder, AnyOfBuilder, Array, ArrayBuilder, Components, KnownFormat,
    Object, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::{Ref, RefOr};

use crate::content::OFFERS;
use crate::domain::occasion::MOST_TIMES;

/// A ritual to propose names an idea, or all that makes one.
pub(super) fn either_own_or_an_idea(components: &mut Components) {
    let naming = |fields: &[(&str, &str)]| {
        let empty = ObjectBuilder::new().schema_type(Type::Object);
        fields.iter().fold(empty, |object, (field, schema)| {
            let value = Ref::from_schema_name(*schema);
            object.property(*field, value).required(*field)
        })
    };
    if let Some(RefOr::T(schema)) = components.schemas.get_mut("NewRitual") {
        let own = [
            ("title", "Title"),
            ("practice", "Practice"),
            ("cadence", "Cadence"),
            ("rule", "Rule"),
        ];
        let either = AnyOfBuilder::new()
            .item(naming(&[("idea_id", "IdeaId")]))
            .item(naming(&own));
        let whole = AllOfBuilder::new()
            .item(schema.clone())
            .item(Schema::AnyOf(either.build()));
        *schema = whole.build().into();
    }
}

/// Something besides spaces, and no control characters.
pub(super) const ONE_LINE: &str = r"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$";

/// The same, where line breaks and tabs are fine.
pub(super) const SOME_LINES: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$";

pub(super) fn string(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
}

pub(super) fn text(description: &str, longest: usize, example: &str) -> Object {
    string(description)
        .min_length(Some(1))
        .max_length(Some(longest))
        .pattern(Some(ONE_LINE))
        .examples([example])
        .build()
}

pub(super) fn date(description: &str) -> Object {
    string(description)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .pattern(Some("^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"))
        .examples(["2026-11-22"])
        .build()
}

pub(super) fn day() -> Schema {
    OneOfBuilder::new()
        .description(Some(
            "A civil date, or the word `today`: your own, judged on arrival.",
        ))
        .item(Ref::from_schema_name("Date"))
        .item(words("Your own, judged on arrival.", &["today"]))
        .examples(["today"])
        .build()
        .into()
}

pub(super) fn id(description: &str) -> Object {
    string(description)
        .format(Some(SchemaFormat::Custom("uuid".to_owned())))
        .examples(["0d9c0e4e-6a2f-4c55-9a4f-3f1d8c1a7b52"])
        .build()
}

pub(super) fn words(description: &str, words: &[&str]) -> Object {
    string(description)
        .enum_values(Some(words.iter().copied().map(Value::from)))
        .build()
}

pub(super) fn integer(description: &str, least: i64, most: i64, example: i64) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some(description))
        .minimum(Some(least))
        .maximum(Some(most))
        .examples([Value::from(example)])
        .build()
}

/// A degree for any of the statements.
pub(super) fn given_answers() -> Object {
    let object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("Answers by statement, some or all."))
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let statements = OFFERS.statements.iter();
    let all = statements.fold(object, |object, statement| {
        object.property(&statement.id, Ref::from_schema_name("Degree"))
    });
    all.build()
}

/// Up to four times, each on every day or on some weekdays.
pub(super) fn reminder_times() -> Array {
    let time = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("at", Ref::from_schema_name("WallTime"))
        .required("at")
        .property(
            "days",
            weekdays("On which weekdays; left out, on every day."),
        )
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    ArrayBuilder::new()
        .description(Some("Up to four times, each at a time of day of its own."))
        .items(time)
        .max_items(Some(MOST_TIMES))
        .build()
}

fn weekdays(description: &str) -> ArrayBuilder {
    ArrayBuilder::new()
        .description(Some(description))
        .items(Ref::from_schema_name("Weekday"))
        .min_items(Some(1))
        .max_items(Some(7))
        .unique_items(true)
}

/// One schema a kind, told apart by `kind`.
pub(super) fn cadence() -> Schema {
    let kind = |name: &str| {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property(
                "kind",
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some([json!(name)])),
            )
            .required("kind")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
    };
    let times = |most| integer("How many dates a period asks for.", 1, most, 1);
    let block = integer("How many dates a block has.", 2, 365, 10);
    OneOfBuilder::new()
        .description(Some("How often a ritual is meant to happen."))
        .item(kind("daily").description(Some("Every date.")))
        .item(
            kind("weekdays")
                .description(Some("Each date on one of these weekdays."))
                .property("days", weekdays("Which weekdays."))
                .required("days"),
        )
        .item(
            kind("weekly")
                .description(Some("So many dates a week."))
                .property("times", times(7))
                .required("times"),
        )
        .item(
            kind("monthly")
                .description(Some("So many dates a calendar month."))
                .property("times", times(28))
                .required("times"),
        )
        .item(
            kind("every")
                .description(Some(
                    "One date in every block of so many, from the first date on.",
                ))
                .property("days", block)
                .required("days"),
        )
        .item(kind("anytime").description(Some("No periods: totals only, never due.")))
        .build()
        .into()
}
