using System.Text.Json;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Domain.Cases;

/// <summary>
/// What a statement of the institution itself makes of a case that knows less, when it comes back from the partner it was sent to. The decision stands as it was said:
/// its credits count, and it is changed only by a later version. Source: exchange reference C.9.
/// </summary>
public static class CaseReturn
{
    /// <summary>The part of the case; null when the statement says nothing that can follow what the case knows: it is then kept as evidence alone.</summary>
    /// <param name="c">The case as the store knows it.</param>
    /// <param name="said">The statement, verified as one of this institution about this case.</param>
    public static CaseTransition? Of(RecognitionCase c, StatementBody said)
    {
        CaseEvent? happened = said.Kind switch
        {
            StatementKind.Decided => DecisionReading.Read(said, title => CredentialOf(c, title)) is { } decision ? new CaseEvent.Decided(Actor.Node, said.IssuedAt, decision) { Returned = said.Digest } : null,
            StatementKind.Revoked => Revoked(said),
            StatementKind.Closed => Closed(said),
            _ => null,
        };
        if (happened is null || !CanFollow(c, happened)) return null;
        return new CaseTransition
        {
            Events = [happened],
            Ledger = happened switch
            {
                CaseEvent.Decided decided => CaseLedger.Of(c, decided.Decision),
                CaseEvent.DecisionRevoked => [],
                _ => null,
            },
        };
    }

    private static Sha256Digest? CredentialOf(RecognitionCase c, string title)
    {
        if (c.Application.Credentials is [var only]) return only;
        var titled = c.Reports.Where(r => r.Achievement?.Title.ToString() == title).Select(r => r.Digest).ToList();
        return titled is [var one] ? one : null;
    }

    private static CaseEvent.DecisionRevoked? Revoked(StatementBody said)
    {
        try
        {
            using var content = JsonDocument.Parse(said.Content);
            return new CaseEvent.DecisionRevoked(
                Actor.Node, said.IssuedAt, said.Version, DecisionReading.Disclosed(said, "ground"), Day(content.RootElement.GetProperty("effective_on")), Day(content.RootElement.GetProperty("appeal").GetProperty("until")));
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException or InvalidOperationException or JsonException)
        {
            return null;
        }

        static DateOnly Day(JsonElement day) => DecisionReading.DayOf(day.GetString() ?? "");
    }

    private static CaseEvent? Closed(StatementBody said)
    {
        using var content = JsonDocument.Parse(said.Content);
        var outcome = content.RootElement.TryGetProperty("outcome", out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() ?? "" : "";
        var ground = DecisionReading.Disclosed(said, "ground");
        return SnakeCase.TryParse<CaseState>(outcome, out var state) ? state switch
        {
            CaseState.Withdrawn => new CaseEvent.Withdrawn(Actor.Node, said.IssuedAt, ground),
            CaseState.Inadmissible => new CaseEvent.DeclaredInadmissible(Actor.Node, said.IssuedAt, ground, DecisionReading.Disclosed(said, "advice")),
            CaseState.AuthenticityFailed => new CaseEvent.AuthenticityFailed(Actor.Node, said.IssuedAt, ground),
            CaseState.Lapsed => new CaseEvent.Lapsed(Actor.Node, said.IssuedAt),
            _ => null,
        }
        : null;
    }

    private static bool CanFollow(RecognitionCase c, CaseEvent happened)
    {
        try
        {
            CaseFold.Apply(c, happened);
            return true;
        }
        catch (InvalidDataException)
        {
            // For example a lapse of a case of which the request for information was lost, too.
            return false;
        }
    }
}
