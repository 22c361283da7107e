/** Schemas that the compiler holds to a type that was written beside them: neither can have what the other lacks. */
import type { z } from 'zod';

/** `schemaOf<Type>()(schema)` is the schema, and does not compile when what it takes is not exactly the type, down to each field. */
export function schemaOf<Type>() {
  return <Schema extends z.ZodType<Type>>(schema: Schema & Same<z.output<Schema>, Type>): Schema => schema;
}

/** Each can be assigned to the other, also when no field may be left out: else one could have a field that the other does not know. */
type Same<One, Other> = [One, Other, Whole<One>, Whole<Other>] extends [Other, One, Whole<Other>, Whole<One>]
  ? unknown
  : { readonly differs: [is: One, mustBe: Other] };

type Whole<Value> = Value extends readonly (infer Item)[]
  ? readonly Whole<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]-?: Whole<Value[Key]> }
    : Value;
