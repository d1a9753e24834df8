using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>An example that shows a finding: a credential and a day on which it is applied for. It was judged by the rules before it was reported.</summary>
/// <param name="AwardingBody">Member that is the awarding body; null for any that is no member.</param>
/// <param name="Achievement">What the credential says. Whatever the finding does not need is not stated.</param>
/// <param name="AppliedOn">Day of application.</param>
public sealed record TableWitness(OrganisationId? AwardingBody, Achievement Achievement, DateOnly AppliedOn);
