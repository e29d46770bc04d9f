/** The operations of the contract as types: what each takes. Made from its documents, so nobody casts a body. */
import type { operations } from './openapi.generated.ts';
import type { operations as adminOperations } from './openapi-admin.generated.ts';
import type { operations as screenOperations } from './openapi-screens.generated.ts';

/** An interface, so that a test can add operations of its own to it. */
export interface Operations extends operations, adminOperations, screenOperations {}

export type OperationId = keyof Operations;

/** The JSON body of an operation, or what a form of screens alone stands for; undefined where it takes none. */
export type BodyOf<Id extends OperationId> = Operations[Id] extends {
  readonly requestBody: { readonly content: infer Content };
}
  ? Flat<Content[keyof Content]>
  : undefined;

/** The alternatives of a body as one: what one of them lacks may be absent. */
type Flat<Body> = [NamesOf<Body>] extends [keyof Body]
  ? Body
  : Pick<Body, keyof Body> & {
      readonly [Name in Exclude<NamesOf<Body>, keyof Body>]?: Body extends { readonly [Own in Name]?: infer Member }
        ? Member
        : never;
    };
type NamesOf<Body> = Body extends unknown ? keyof Body : never;

/** The query of an operation; an empty object where it takes none. */
export type QueryOf<Id extends OperationId> = Operations[Id] extends {
  readonly parameters: { readonly query?: infer Query extends object };
}
  ? NonNullable<Query>
  : Readonly<Record<never, never>>;

type Answer = {
  [Id in OperationId]: Operations[Id] extends {
    readonly responses: { readonly 200: { readonly content: { readonly 'application/json': infer Body } } };
  }
    ? Body
    : never;
}[OperationId];

/** The JSON answer of this status; `never` where the contract has none. */
export type AnswerOf<Status extends string> = Extract<Answer, { readonly status: Status }>;
