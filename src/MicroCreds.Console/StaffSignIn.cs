namespace MicroCreds.Console;

/// <summary>What a one-time link or a token is worth: who signs in, and the token with which the console calls the services on their behalf.</summary>
/// <param name="Account">Account name of the member of staff, as the node knows it.</param>
/// <param name="BearerToken">The node's own staff token. It is kept inside the protected cookie and never shown.</param>
/// <param name="Roles">Roles in snake_case: <c>officer</c>, <c>reviewer</c>, <c>administrator</c>, <c>auditor</c>, <c>coordinator</c>, <c>integrator</c>.</param>
/// <param name="Institutions">Institutions the account works for, SCHAC; <c>*</c> stands for all that the node hosts.</param>
/// <param name="ExpiresAt">When the token ends; the sign-in ends with it.</param>
public sealed record StaffSignIn(
    string Account, string BearerToken, IReadOnlyList<string> Roles, IReadOnlyList<string> Institutions, DateTimeOffset ExpiresAt);
