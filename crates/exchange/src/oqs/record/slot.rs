//! How a field of some type is filled from an element, and put into one.

use jiff::civil::{Date, DateTime};

use super::{Field, Reading, Record};
use crate::oqs::{
    codes::Coded,
    fault::Rule,
    forms::{self, Form},
    tree::{Element, is_blank},
};

/// What was found of a field on the way through the elements of its group.
pub(crate) trait Found<'e, 't>: Default {
    fn add(&mut self, field: &Field, element: &'e Element<'t>, reading: &mut Reading<'_>);
}

/// A second element is a fault.
impl<'e, 't> Found<'e, 't> for Option<&'e Element<'t>> {
    fn add(&mut self, field: &Field, element: &'e Element<'t>, reading: &mut Reading<'_>) {
        reading.place(self, field, element);
    }
}

/// Any number of elements.
impl<'e, 't> Found<'e, 't> for Vec<&'e Element<'t>> {
    fn add(&mut self, _: &Field, element: &'e Element<'t>, _: &mut Reading<'_>) {
        self.push(element);
    }
}

/// A field's type, read and written in form `F`.
pub(crate) trait Slot<F>: Sized {
    type Found<'e, 't: 'e>: Found<'e, 't>;
    fn fill(found: Self::Found<'_, '_>, field: &Field, reading: &mut Reading<'_>) -> Option<Self>;
    fn put<'m>(&'m self, field: &Field, out: &mut Vec<Element<'m>>);
}

/// The item must be there and not empty.
pub(crate) struct Required<F>(std::marker::PhantomData<F>);
/// A group of fields directly under the tag.
pub(crate) struct Group;
/// As [`Group`], and it must be there.
pub(crate) struct RequiredGroup;
/// Any number of groups, one list tag around them.
pub(crate) struct List;
/// Any number of groups beside each other, no list tag around them.
pub(crate) struct Repeated;
/// As [`Repeated`], and there must be one at least.
pub(crate) struct RequiredRepeated;

fn fill_optional<T, F: Form<T>>(
    found: Option<&Element<'_>>,
    field: &Field,
    reading: &mut Reading<'_>,
) -> Option<Option<T>> {
    let Some(element) = found else { return Some(None) };
    let Some(text) = element.text() else {
        reading.fault(field, Rule::HoldsElements);
        return None;
    };
    if is_blank(text) {
        return Some(None);
    }
    match F::read(text) {
        Ok(value) => Some(Some(value)),
        Err(rule) => {
            reading.fault(field, rule);
            None
        }
    }
}

fn put_text<'m, T, F: Form<T>>(value: &'m T, field: &Field, out: &mut Vec<Element<'m>>) {
    let text = F::write(value);
    if !text.is_empty() {
        out.push(Element::leaf(field.tag, text));
    }
}

/// A form of one type is a slot of its `Option`. Spelt out form by form: a blanket implementation would
/// overlap with the other slots.
macro_rules! optional {
    ($([$($parameters:tt)*] $form:ty => $type:ty,)+) => { $(
        impl<$($parameters)*> Slot<$form> for Option<$type> {
            type Found<'e, 't: 'e> = Option<&'e Element<'t>>;

            fn fill(found: Option<&Element<'_>>, field: &Field, reading: &mut Reading<'_>) -> Option<Self> {
                fill_optional::<$type, $form>(found, field, reading)
            }

            fn put<'m>(&'m self, field: &Field, out: &mut Vec<Element<'m>>) {
                if let Some(value) = self {
                    put_text::<$type, $form>(value, field, out);
                }
            }
        }
    )+ };
}

optional! {
    [] forms::Text => String,
    [const MAX: usize] forms::Upto<MAX> => String,
    [const MIN: usize, const MAX: usize] forms::Digits<MIN, MAX> => String,
    [] forms::Padded => String,
    [] forms::Day => Date,
    [] forms::Moment => DateTime,
    [] forms::Month => forms::YearMonth,
    [] forms::Count => u32,
    [C: Coded] forms::Code => C,
}

impl<T, F: Form<T>> Slot<Required<F>> for T {
    type Found<'e, 't: 'e> = Option<&'e Element<'t>>;

    fn fill(found: Option<&Element<'_>>, field: &Field, reading: &mut Reading<'_>) -> Option<Self> {
        let value = fill_optional::<T, F>(found, field, reading)?;
        if value.is_none() {
            reading.fault(field, Rule::Missing);
        }
        value
    }

    fn put<'m>(&'m self, field: &Field, out: &mut Vec<Element<'m>>) {
        put_text::<T, F>(self, field, out);
    }
}

impl<R: Record> Slot<RequiredGroup> for R {
    type Found<'e, 't: 'e> = Option<&'e Element<'t>>;

    fn fill(found: Option<&Element<'_>>, field: &Field, reading: &mut Reading<'_>) -> Option<Self> {
        let Some(element) = found else {
            reading.fault(field, Rule::Missing);
            return None;
        };
        let Some(children) = element.children() else {
            reading.fault(field, Rule::HoldsText);
            return None;
        };
        reading.within(field.tag, None, |reading| R::read(children, reading))
    }

    fn put<'m>(&'m self, field: &Field, out: &mut Vec<Element<'m>>) {
        out.push(Element::branch(field.tag, self.elements()));
    }
}

impl<R: Record> Slot<Group> for Option<R> {
    type Found<'e, 't: 'e> = Option<&'e Element<'t>>;

    fn fill(found: Option<&Element<'_>>, field: &Field, reading: &mut Reading<'_>) -> Option<Self> {
        match found {
            Some(element) if element.children().is_none_or(|children| !children.is_empty()) => {
                <R as Slot<RequiredGroup>>::fill(found, field, reading).map(Some)
            }
            _ => Some(None),
        }
    }

    fn put<'m>(&'m self, field: &Field, out: &mut Vec<Element<'m>>) {
        if let Some(record) = self {
            <R as Slot<RequiredGroup>>::put(record, field, out);
        }
    }
}

impl<R: Record> Slot<List> for Vec<R> {
    type Found<'e, 't: 'e> = Option<&'e Element<'t>>;

    fn fill(found: Option<&Element<'_>>, field: &Field, reading: &mut Reading<'_>) -> Option<Self> {
        let Some(element) = found else {
            return Some(Vec::new());
        };
        let Some(children) = element.children() else {
            reading.fault(field, Rule::HoldsText);
            return None;
        };
        reading.within(field.tag, None, |reading| {
            let mut records = Vec::with_capacity(children.len().min(16));
            let (mut items, mut whole) = (0, true);
            for child in children {
                if child.tag != R::FIELD.tag {
                    reading.unknown(child);
                    continue;
                }
                items += 1;
                let record = match child.children() {
                    Some(fields) => {
                        reading.within(R::FIELD.tag, Some(items), |reading| R::read(fields, reading))
                    }
                    None => {
                        reading.fault(&R::FIELD, Rule::HoldsText);
                        None
                    }
                };
                whole &= record.is_some();
                records.extend(record);
            }
            whole.then_some(records)
        })
    }

    fn put<'m>(&'m self, field: &Field, out: &mut Vec<Element<'m>>) {
        if !self.is_empty() {
            let items = self
                .iter()
                .map(|record| Element::branch(R::FIELD.tag, record.elements()))
                .collect();
            out.push(Element::list(field.tag, items));
        }
    }
}

fn fill_repeated<R: Record>(found: &[&Element<'_>], reading: &mut Reading<'_>) -> Option<Vec<R>> {
    let mut records = Vec::with_capacity(found.len());
    for (index, element) in found.iter().enumerate() {
        let record = match element.children() {
            Some(children) => reading.within(R::FIELD.tag, Some(index + 1), |reading| {
                R::read(children, reading)
            }),
            None => {
                reading.fault(&R::FIELD, Rule::HoldsText);
                None
            }
        };
        records.extend(record);
    }
    (records.len() == found.len()).then_some(records)
}

impl<R: Record> Slot<Repeated> for Vec<R> {
    type Found<'e, 't: 'e> = Vec<&'e Element<'t>>;

    fn fill(found: Vec<&Element<'_>>, _: &Field, reading: &mut Reading<'_>) -> Option<Self> {
        fill_repeated(&found, reading)
    }

    fn put<'m>(&'m self, field: &Field, out: &mut Vec<Element<'m>>) {
        if !self.is_empty() {
            let items = self
                .iter()
                .map(|record| Element::branch(field.tag, record.elements()))
                .collect();
            out.push(Element::repeated(field.tag, items));
        }
    }
}

impl<R: Record> Slot<RequiredRepeated> for Vec<R> {
    type Found<'e, 't: 'e> = Vec<&'e Element<'t>>;

    fn fill(found: Vec<&Element<'_>>, field: &Field, reading: &mut Reading<'_>) -> Option<Self> {
        if found.is_empty() {
            reading.fault(field, Rule::Missing);
            return None;
        }
        fill_repeated(&found, reading)
    }

    fn put<'m>(&'m self, field: &Field, out: &mut Vec<Element<'m>>) {
        <Self as Slot<Repeated>>::put(self, field, out);
    }
}
