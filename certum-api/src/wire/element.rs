//! One description per type, for reading and writing.
//!
//! [`record!`] describes a complex type: its fields in schema order, each with its cardinality and its name
//! on the wire. [`open_enum!`] describes an enumeration that keeps values it does not know.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;

use super::dates::{parse_date, parse_date_time};
use super::error::{DecodeError, DecodeProblem, EncodeError};
use super::reader::{Reader, Start};
use super::schema::{Field, Type};
use super::writer::Writer;

/// A type that stands in an element of its own. Sealed: the protocol's types are described in this crate.
pub trait Element: Sized {
    /// What stands in the element.
    #[doc(hidden)]
    const TYPE: Type;

    /// Reads the element that `start` opened, through its end tag. `None` if it says that it is absent.
    #[doc(hidden)]
    fn read(start: &Start<'_>, reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError>;

    /// Writes the whole element under `name`.
    #[doc(hidden)]
    fn write(&self, name: &'static str, writer: &mut Writer) -> Result<(), EncodeError>;
}

/// A complex type that can be the content of an operation element: its fields without an element around them.
pub trait Record: Sized {
    /// The record's elements, in order, and its attributes.
    const FIELDS: &'static [Field];

    #[doc(hidden)]
    fn read_fields(start: &Start<'_>, reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    #[doc(hidden)]
    fn write_fields(&self, writer: &mut Writer) -> Result<(), EncodeError>;
}

/// Reads a simple type from its text. Blank text in anything but a string means absent: the service writes
/// `<expireDate/>` where it has no date.
pub(crate) fn read_simple<T>(
    start: &Start<'_>,
    reader: &mut Reader<'_>,
    parse: impl FnOnce(&str) -> Result<T, DecodeProblem>,
) -> Result<Option<T>, DecodeError> {
    let text = reader.text()?;
    let text = text.trim();
    if start.is_nil() || text.is_empty() {
        return Ok(None);
    }
    parse(text).map(Some).map_err(DecodeError::new)
}

impl Element for String {
    const TYPE: Type = Type::Simple("string");

    fn read(start: &Start<'_>, reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
        let text = reader.text()?;
        Ok((!start.is_nil()).then(|| text.into_owned()))
    }

    fn write(&self, name: &'static str, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.text_element(name, self)
    }
}

/// A simple type: its name in XML Schema, how its text is parsed and printed.
macro_rules! simple {
    ($type:ty, $schema:literal, $expected:literal, |$text:ident| $parse:expr, |$value:ident| $print:expr) => {
        impl Element for $type {
            const TYPE: Type = Type::Simple($schema);

            fn read(start: &Start<'_>, reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
                read_simple(start, reader, |$text| {
                    $parse.ok_or(DecodeProblem::InvalidValue { expected: $expected })
                })
            }

            fn write(&self, name: &'static str, writer: &mut Writer) -> Result<(), EncodeError> {
                let $value = self;
                let text: Cow<'_, str> = $print;
                writer.text_element(name, &text)
            }
        }
    };
}

simple!(
    bool,
    "boolean",
    "a boolean",
    |text| match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    },
    |value| Cow::Borrowed(if *value { "true" } else { "false" })
);
simple!(u32, "int", "a number from 0 to 4294967295", |text| text.parse().ok(), |value| value
    .to_string()
    .into());
simple!(u64, "long", "a number from 0 to 18446744073709551615", |text| text.parse().ok(), |value| value
    .to_string()
    .into());
// The service's own numbers are of type int; a wider one is read all the same.
simple!(i64, "int", "a whole number", |text| text.parse().ok(), |value| value.to_string().into());
simple!(Timestamp, "dateTime", "a dateTime", |text| parse_date_time(text), |value| value.to_string().into());
simple!(Date, "date", "a date", |text| parse_date(text), |value| value.to_string().into());

/// Describes a complex type of the Partner API.
///
/// ```text
/// record! {
///     /// Docs.
///     pub struct Name {
///         /// Docs.
///         required field: Type = "wireName",        one element, must be there
///         optional field: Type = "wireName",        at most one element            Option<Type>
///         repeated field: Type = "wireName",        elements side by side          Vec<Type>
///         list     field: Type = "wrapper" / "item" elements inside a wrapper      Vec<Type>, wrapper left out if empty
///         flag     field = "attribute",             an attribute of type boolean   bool
///     }
/// }
/// ```
///
/// `pub redacted struct` for one whose content `Debug` keeps to itself. The struct gets a `new` with the required
/// fields in order, and leaves the others empty. `pub choice struct` keeps that `new` to its file: of the optional
/// fields, some have to be chosen, and the constructors beside it do so.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub redacted struct $name:ident { $($fields:tt)* }
    ) => {
        record! { @record [pub] $(#[$meta])* pub struct $name { $($fields)* } }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub struct $name:ident { $($fields:tt)* }
    ) => {
        record! { @record [pub] $(#[$meta])* #[derive(Debug)] pub struct $name { $($fields)* } }
    };
    (
        $(#[$meta:meta])*
        pub choice struct $name:ident { $($fields:tt)* }
    ) => {
        record! { @record [] $(#[$meta])* #[derive(Debug)] pub struct $name { $($fields)* } }
    };

    (
        @record [$($new:tt)?]
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$field_meta:meta])* $cardinality:ident $field:ident $(: $type:ty)? = $wire:literal $(/ $item:literal)? ),* $(,)?
        }
    ) => {
        record!(@struct [$(#[$meta])*] $name [] $( { [$(#[$field_meta])*] $cardinality $field ($($type)?) } )*);
        record!(@new [$($new)?] $name [] [] $( { $cardinality $field ($($type)?) } )*);

        impl $crate::wire::Record for $name {
            const FIELDS: &'static [$crate::wire::Field] =
                &[$( record!(@field $cardinality ($($type)?) $wire ($($item)?)) ),*];

            fn read_fields(
                #[allow(unused_variables)] start: &$crate::wire::Start<'_>,
                reader: &mut $crate::wire::Reader<'_>,
            ) -> Result<Self, $crate::wire::DecodeError> {
                $( record!(@slot $cardinality $field ($($type)?) $wire start); )*
                while let Some(child) = reader.next_child()? {
                    record!(@match reader child [] $( { $cardinality $field ($($type)?) $wire ($($item)?) } )*);
                }
                Ok(Self { $( $field: record!(@finish $cardinality $field $wire) ),* })
            }

            fn write_fields(
                &self,
                #[allow(unused_variables)] writer: &mut $crate::wire::Writer,
            ) -> Result<(), $crate::wire::EncodeError> {
                $( record!(@write self writer $cardinality $field $wire ($($item)?)); )*
                Ok(())
            }
        }

        impl $crate::wire::Element for $name {
            const TYPE: $crate::wire::Type = $crate::wire::Type::Record {
                name: stringify!($name),
                fields: <Self as $crate::wire::Record>::FIELDS,
            };

            fn read(
                start: &$crate::wire::Start<'_>,
                reader: &mut $crate::wire::Reader<'_>,
            ) -> Result<Option<Self>, $crate::wire::DecodeError> {
                if start.is_nil() {
                    reader.skip()?;
                    return Ok(None);
                }
                <Self as $crate::wire::Record>::read_fields(start, reader).map(Some)
            }

            fn write(
                &self,
                name: &'static str,
                writer: &mut $crate::wire::Writer,
            ) -> Result<(), $crate::wire::EncodeError> {
                writer.open_with(name, None $( .or(record!(@flag self $cardinality $field $wire)) )*);
                <Self as $crate::wire::Record>::write_fields(self, writer).map_err(|error| error.within(name))?;
                writer.close(name);
                Ok(())
            }
        }
    };

    (@struct [$(#[$meta:meta])*] $name:ident [$($done:tt)*]) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name { $($done)* }
    };
    (@struct $meta:tt $name:ident [$($done:tt)*] { [$($field_meta:tt)*] required $field:ident ($type:ty) } $($rest:tt)*) => {
        record!(@struct $meta $name [$($done)* $($field_meta)* pub $field: $type,] $($rest)*);
    };
    (@struct $meta:tt $name:ident [$($done:tt)*] { [$($field_meta:tt)*] optional $field:ident ($type:ty) } $($rest:tt)*) => {
        record!(@struct $meta $name [$($done)* $($field_meta)* pub $field: Option<$type>,] $($rest)*);
    };
    (@struct $meta:tt $name:ident [$($done:tt)*] { [$($field_meta:tt)*] repeated $field:ident ($type:ty) } $($rest:tt)*) => {
        record!(@struct $meta $name [$($done)* $($field_meta)* pub $field: Vec<$type>,] $($rest)*);
    };
    (@struct $meta:tt $name:ident [$($done:tt)*] { [$($field_meta:tt)*] list $field:ident ($type:ty) } $($rest:tt)*) => {
        record!(@struct $meta $name [$($done)* $($field_meta)* pub $field: Vec<$type>,] $($rest)*);
    };
    (@struct $meta:tt $name:ident [$($done:tt)*] { [$($field_meta:tt)*] flag $field:ident () } $($rest:tt)*) => {
        record!(@struct $meta $name [$($done)* $($field_meta)* pub $field: bool,] $($rest)*);
    };

    (@new [$($new:tt)?] $name:ident [$($field:ident: $type:ty,)*] [$($other:ident)*]) => {
        impl $name {
            /// The record with its required fields; all others are absent.
            #[must_use]
            #[allow(clippy::new_without_default, reason = "an empty record is written as `new()`")]
            $($new)? fn new($($field: impl Into<$type>),*) -> Self {
                Self { $($field: $field.into(),)* $($other: Default::default()),* }
            }
        }
    };
    (@new $new:tt $name:ident [$($required:tt)*] $other:tt { required $field:ident ($type:ty) } $($rest:tt)*) => {
        record!(@new $new $name [$($required)* $field: $type,] $other $($rest)*);
    };
    (@new $new:tt $name:ident $required:tt [$($other:ident)*] { $cardinality:ident $field:ident ($($type:ty)?) } $($rest:tt)*) => {
        record!(@new $new $name $required [$($other)* $field] $($rest)*);
    };

    (@slot required $field:ident ($type:ty) $wire:literal $start:ident) => { let mut $field: Option<$type> = None; };
    (@slot optional $field:ident ($type:ty) $wire:literal $start:ident) => { let mut $field: Option<$type> = None; };
    (@slot repeated $field:ident ($type:ty) $wire:literal $start:ident) => { let mut $field: Vec<$type> = Vec::new(); };
    (@slot list $field:ident ($type:ty) $wire:literal $start:ident) => { let mut $field: Vec<$type> = Vec::new(); };
    (@slot flag $field:ident () $wire:literal $start:ident) => { let $field = $start.flag($wire); };

    (@match $reader:ident $child:ident [$($arms:tt)*]) => {
        match $child.field_name() {
            $($arms)*
            // What a newer service adds is read over.
            _ => $reader.skip()?,
        }
    };
    (@match $reader:ident $child:ident [$($arms:tt)*] { required $field:ident ($type:ty) $wire:literal () } $($rest:tt)*) => {
        record!(@match $reader $child [
            $($arms)* Some($wire) => $crate::wire::read_once(&mut $field, $wire, &$child, $reader)?,
        ] $($rest)*);
    };
    (@match $reader:ident $child:ident [$($arms:tt)*] { optional $field:ident ($type:ty) $wire:literal () } $($rest:tt)*) => {
        record!(@match $reader $child [
            $($arms)* Some($wire) => $crate::wire::read_once(&mut $field, $wire, &$child, $reader)?,
        ] $($rest)*);
    };
    (@match $reader:ident $child:ident [$($arms:tt)*] { repeated $field:ident ($type:ty) $wire:literal () } $($rest:tt)*) => {
        record!(@match $reader $child [
            $($arms)* Some($wire) => $crate::wire::read_item(&mut $field, $wire, &$child, $reader)?,
        ] $($rest)*);
    };
    (@match $reader:ident $child:ident [$($arms:tt)*] { list $field:ident ($type:ty) $wire:literal ($item:literal) } $($rest:tt)*) => {
        record!(@match $reader $child [
            $($arms)* Some($wire) => $crate::wire::read_list(&mut $field, $wire, $item, $reader)?,
        ] $($rest)*);
    };
    (@match $reader:ident $child:ident $arms:tt { flag $field:ident () $wire:literal () } $($rest:tt)*) => {
        record!(@match $reader $child $arms $($rest)*);
    };

    (@field required ($type:ty) $wire:literal ()) => { record!(@described $wire Required ($type)) };
    (@field optional ($type:ty) $wire:literal ()) => { record!(@described $wire Optional ($type)) };
    (@field repeated ($type:ty) $wire:literal ()) => { record!(@described $wire Repeated ($type)) };
    (@field list ($type:ty) $wire:literal ($item:literal)) => {
        $crate::wire::Field::new(
            $wire,
            $crate::wire::Cardinality::List { item: $item },
            <$type as $crate::wire::Element>::TYPE,
        )
    };
    (@field flag () $wire:literal ()) => { record!(@described $wire Attribute (bool)) };
    (@described $wire:literal $cardinality:ident ($type:ty)) => {
        $crate::wire::Field::new(
            $wire,
            $crate::wire::Cardinality::$cardinality,
            <$type as $crate::wire::Element>::TYPE,
        )
    };

    (@finish required $field:ident $wire:literal) => { $crate::wire::require($field, $wire)? };
    (@finish $other:ident $field:ident $wire:literal) => { $field };

    (@write $self:ident $writer:ident required $field:ident $wire:literal ()) => {
        $crate::wire::Element::write(&$self.$field, $wire, $writer)?;
    };
    (@write $self:ident $writer:ident flag $field:ident $wire:literal ()) => {};
    (@write $self:ident $writer:ident list $field:ident $wire:literal ($item:literal)) => {
        $crate::wire::write_list(&$self.$field, $wire, $item, $writer)?;
    };
    (@write $self:ident $writer:ident optional $field:ident $wire:literal ()) => {
        if let Some(value) = &$self.$field {
            $crate::wire::Element::write(value, $wire, $writer)?;
        }
    };
    (@write $self:ident $writer:ident repeated $field:ident $wire:literal ()) => {
        for value in &$self.$field {
            $crate::wire::Element::write(value, $wire, $writer)?;
        }
    };

    (@flag $self:ident flag $field:ident $wire:literal) => { Some(($wire, $self.$field)) };
    (@flag $self:ident $other:ident $field:ident $wire:literal) => { None };
}
pub(crate) use record;

pub(crate) fn read_once<T: Element>(
    slot: &mut Option<T>,
    wire: &'static str,
    start: &Start<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    if slot.is_some() {
        return Err(DecodeError::new(DecodeProblem::Duplicate).within(wire));
    }
    *slot = T::read(start, reader).map_err(|error| error.within(wire))?;
    Ok(())
}

pub(crate) fn read_item<T: Element>(
    items: &mut Vec<T>,
    wire: &'static str,
    start: &Start<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    items.extend(T::read(start, reader).map_err(|error| error.within(wire))?);
    Ok(())
}

pub(crate) fn read_list<T: Element>(
    items: &mut Vec<T>,
    wrapper: &'static str,
    wire: &'static str,
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    let mut read = || {
        while let Some(child) = reader.next_child()? {
            if child.field_name() == Some(wire) {
                read_item(items, wire, &child, reader)?;
            } else {
                reader.skip()?;
            }
        }
        Ok(())
    };
    read().map_err(|error: DecodeError| error.within(wrapper))
}

pub(crate) fn write_list<T: Element>(
    items: &[T],
    wrapper: &'static str,
    wire: &'static str,
    writer: &mut Writer,
) -> Result<(), EncodeError> {
    if items.is_empty() {
        return Ok(());
    }
    writer.open(wrapper);
    for item in items {
        item.write(wire, writer).map_err(|error| error.within(wrapper))?;
    }
    writer.close(wrapper);
    Ok(())
}

pub(crate) fn require<T>(slot: Option<T>, wire: &'static str) -> Result<T, DecodeError> {
    slot.ok_or_else(|| DecodeError::new(DecodeProblem::Missing).within(wire))
}

/// Describes an enumeration of the Partner API. The service adds values without notice, so an unknown one is
/// kept as it came and written back unchanged.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $wire:literal ),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
            /// A value this version doesn't know, as the service wrote it.
            Unknown(String),
        }

        impl $name {
            /// The value as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $wire, )+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $wire => Self::$variant, )+
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::wire::Element for $name {
            const TYPE: $crate::wire::Type =
                $crate::wire::Type::Enumeration { name: stringify!($name), values: &[$($wire),+] };

            fn read(
                start: &$crate::wire::Start<'_>,
                reader: &mut $crate::wire::Reader<'_>,
            ) -> Result<Option<Self>, $crate::wire::DecodeError> {
                $crate::wire::read_simple(start, reader, |text| Ok(Self::from(text)))
            }

            fn write(
                &self,
                name: &'static str,
                writer: &mut $crate::wire::Writer,
            ) -> Result<(), $crate::wire::EncodeError> {
                writer.text_element(name, self.as_str())
            }
        }
    };
}
pub(crate) use open_enum;
