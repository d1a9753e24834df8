using System.Collections.Immutable;
using MicroCreds.Domain.Credits;

namespace MicroCreds.Domain.Cases;

/// <summary>The ledger entries that follow from a decision.</summary>
internal static class CaseLedger
{
    /// <summary>
    /// One entry per credential and unit with credits. A conditional grant counts from the decision on, so that the same credits are not
    /// promised twice; it is taken back when the condition fails. Extra-curricular credits are outside the programme and do not count.
    /// </summary>
    public static ImmutableArray<LedgerEntry> Of(RecognitionCase c, Decision decision) =>
    [
        .. from line in decision.Lines
           where line.GrantedCredits > EctsCredits.Zero && line.Unit is not null
           group line by (line.Credential, line.Unit) into same
           // A decision that came back may be of a credential whose verification was lost with it.
           let report = c.Reports.FirstOrDefault(r => r.Digest == same.Key.Credential)
           select new LedgerEntry(
               c.Application.Case, c.Application.Programme, decision.Track, same.Key.Credential, report?.CredentialId ?? "", same.Key.Unit,
               same.Aggregate(EctsCredits.Zero, (sum, line) => sum + line.GrantedCredits)),
    ];
}
