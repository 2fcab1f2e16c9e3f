// The ten minutes of api.md, and its conventions, through a client that is generated from Hearth's OpenAPI
// document. README.md says how to run it. api.md shows the regions.

// region: client
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./hearth.js"; // generated, never edited

const baseUrl = process.env.HEARTH ?? "http://127.0.0.1:8080";
const anyone = createClient<paths>({ baseUrl });

/** A client that speaks for whom the token belongs to. */
const speakingFor = (token: string) =>
  createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

type Answer<T> = { data?: T; error?: components["schemas"]["Problem"] };

/** What was answered; a problem is thrown. */
async function answered<T>(asking: Promise<Answer<T>>): Promise<T> {
  const { data, error } = await asking;
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  return data as T;
}
// endregion

// region: ten minutes
/** Somebody new each time, so that this can be run again. */
async function signUp(name: string, password: string) {
  const email = `${name}.${randomUUID()}@example.org`;
  const body = { name, email, password, time_zone: "Europe/Oslo" };
  const session = await answered(anyone.POST("/v1/accounts", { body }));
  return speakingFor(session.token);
}

// Ada founds the couple and invites; Ben accepts.
const ada = await signUp("Ada", "seven quiet otters");
await answered(ada.POST("/v1/couple", { body: { name: "Ada & Ben" } }));
const { code } = await answered(ada.POST("/v1/couple/invitations"));
const ben = await signUp("Ben", "nine patient herons");
await answered(ben.POST("/v1/invitations/accept", { body: { code } }));

// Ada looks who came, and confirms. Somebody who waits would see less: `status` tells the types apart.
const couple = await answered(ada.GET("/v1/couple"));
assert(couple.status === "active");
const guest = couple.members.find((member) => member.status === "awaiting_confirmation");
assert(guest?.name === "Ben");
const seat = { params: { path: { id: guest.id } } };
await answered(ada.POST("/v1/couple/members/{id}/confirm", seat));

// They agree on a ritual, and both log it.
const checkIn = await answered(
  ada.POST("/v1/rituals", {
    body: {
      title: "Nightly check-in",
      practice: "conversation",
      cadence: { kind: "daily" },
      rule: "both",
    },
  }),
);
const { id } = checkIn;
await answered(ben.POST("/v1/rituals/{id}/agreement", { params: { path: { id } } }));
const tonight = { params: { path: { id, date: "today" } } };
await answered(ada.PUT("/v1/rituals/{id}/logs/{date}", tonight));
await answered(ben.PUT("/v1/rituals/{id}/logs/{date}", tonight));

const today = await answered(ada.GET("/v1/today"));
for (const { ritual, my_part, partner_part } of today.rituals) {
  console.log(`${ritual.title}: a streak of ${ritual.streak.current} ${ritual.streak.unit}`);
  assert(my_part === "done" && partner_part === "done" && ritual.streak.current === 1);
}
// endregion
assert.equal(today.rituals.length, 1);
assert.equal(today.partner?.name, "Ben");

// region: conventions
/** A tunnel: the request arrives, its answer is lost. */
async function tunnel(request: Request): Promise<Response> {
  await fetch(request);
  throw new TypeError("the network is gone");
}

// A lost answer: the same request again with the same key has no second effect.
const rest = {
  params: { header: { "Idempotency-Key": randomUUID() } },
  body: { from: "2027-07-01", to: "2027-07-14" },
};
await assert.rejects(ada.POST("/v1/rests", { ...rest, fetch: tunnel }));
const begun = await ada.POST("/v1/rests", rest);
assert.equal(begun.response.headers.get("Idempotency-Replayed"), "true");

// Polling: what still holds is answered with 304, without a body.
const seen = await ada.GET("/v1/today");
const tag = seen.response.headers.get("ETag") ?? undefined;
const asked = await ada.GET("/v1/today", { params: { header: { "If-None-Match": tag } } });
assert.equal(asked.response.status, 304);

// Page after page, here of one log each.
const loggedBy = new Set<string>();
let cursor: string | undefined;
do {
  const page = await answered(ada.GET("/v1/logs", { params: { query: { limit: 1, cursor } } }));
  for (const log of page.data) loggedBy.add(log.member_id);
  cursor = page.next_cursor ?? undefined;
} while (cursor);
assert.equal(loggedBy.size, 2);

// Problems are typed too: a code that does not exist would not compile.
const { error } = await ada.POST("/v1/couple", { body: {} });
assert(error?.code === "already_in_couple");
// endregion

const rests = await answered(ada.GET("/v1/rests"));
assert.equal(rests.data.length, 1, "the rest was begun twice");
const backwards = await ada.POST("/v1/rests", { body: { from: "2027-07-14", to: "2027-07-01" } });
assert.equal(backwards.error?.errors?.[0]?.pointer, "/to");

const cleo = await signUp("Cleo", "eleven calm walruses");
const alone = await cleo.GET("/v1/today");
assert.equal(alone.error?.code, "no_couple");
const moved = await answered(cleo.PATCH("/v1/me", { body: { time_zone: "Pacific/Auckland" } }));
assert.equal(moved.time_zone, "Pacific/Auckland");
await answered(cleo.DELETE("/v1/tokens/{id}", { params: { path: { id: "current" } } }));
const out = await cleo.GET("/v1/me");
assert.equal(out.error?.code, "unauthenticated");
console.log("the ten minutes, a retry, a 304, pages and problems: all as typed");
