/** What the promise rejects with. Where it never settles the test runs out of time; `rejects` would hang. */
export async function failureOf(asked: Promise<unknown>): Promise<unknown> {
  try {
    return { answered: await asked };
  } catch (error) {
    return error;
  }
}
