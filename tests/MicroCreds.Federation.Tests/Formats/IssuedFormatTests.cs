using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Pilot;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Jose;
using MicroCreds.Federation.V1;

namespace MicroCreds.Federation.Tests.Formats;

/// <summary>A node grants automatically by a published rule, in whatever format the university of the pilot issued, under the key that the trust list registers.</summary>
public sealed class IssuedFormatTests
{
    [Fact]
    public async Task every_format_that_is_issued_is_granted_by_the_rule()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma);
        var key = SigningKey.TryImportPem(await File.ReadAllTextAsync(federation.Files.At("seals", "uni-madrid.example.badge.key")), out var read) ? read : throw new InvalidOperationException("The pilot wrote no key for badges.");
        var issuer = SigningIssuer.TryCreate("did:web:uni-madrid.example", key, out var named) ? named : throw new InvalidOperationException();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (format, issue) in new (string, Func<EdcClaims, byte[]>)[]
        {
            ("ob3-vc-jwt", claims => new OpenBadgeIssuer(issuer).IssueToken(claims, now)),
            ("ob3-vc-di", claims => new OpenBadgeIssuer(issuer).IssueWithProof(claims, now)),
            ("sd-jwt", claims => new SdJwtIssuer(issuer).Issue(claims, now, null)),
        })
        {
            var found = await federation.SubmitAsync(PilotInstitution.Roma, issue(Claims(format)), CancellationToken.None);
            Assert.True(found.State == RecognitionCase.Types.State.Decided, $"{format}: {found.State} {string.Join(", ", found.ReferralReasons)}");
            Assert.Equal((DecisionOutcome.Full, "statistics-madrid", 600), (found.Decisions[0].Outcome, found.Decisions[0].RuleId, found.Decisions[0].Lines[0].GrantedEctsCreditsHundredths));
        }
    }

    private static EdcClaims Claims(string learner)
    {
        var claims = JsonNode.Parse(PilotFiles.Shipped("statistics.claims.json"))!.AsObject();
        claims["credential_id"] = $"urn:credential:{learner}";
        claims["holder"]!["identifier"] = $"urn:schac:personalUniqueCode:int:esi:uni-roma.example:{learner}";
        claims["awarded_on"] = "2026-06-30";
        return DomainJson.Read<EdcClaims>(Encoding.UTF8.GetBytes(claims.ToJsonString()));
    }
}
