using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Checks the rules of all members together. Source: field reference E.5, scenario 27.</summary>
internal sealed class FederationReview(Hosting hosting, TrustRegistry registry, PartnerTables partners, TimeProvider clock)
{
    private const int MaxFindings = 1000;
    private const int MinTimeoutMs = 100;
    private const int MaxTimeoutMs = 60_000;
    private const int DefaultTimeoutMs = 10_000;

    /// <summary>Day and patience of a request.</summary>
    internal static (DateOnly? AsOf, TimeSpan Patience) Read(Wire.CheckFederationRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var asOf = fields.Day("as_of_date", request.AsOfDate);
        fields.Require(request.PartnerTimeoutMs is 0 or (>= MinTimeoutMs and <= MaxTimeoutMs), "partner_timeout_ms", $"must be from {MinTimeoutMs} to {MaxTimeoutMs}, or 0");
        fields.ThrowIfWrong();
        return (asOf, TimeSpan.FromMilliseconds(request.PartnerTimeoutMs == 0 ? DefaultTimeoutMs : request.PartnerTimeoutMs));
    }

    /// <summary>Asks every partner at once and checks what came together.</summary>
    internal async Task<Wire.CheckFederationResponse> CheckAsync(HostedInstitution acting, DateOnly? asOf, TimeSpan patience, CancellationToken cancellationToken)
    {
        var day = asOf ?? RecognitionClock.DayOf(clock.GetUtcNow());
        var hosted = hosting.All;
        Member[] asked = [.. registry.Current.List.Members.Where(m => m.Status == MemberStatus.Active && !hosted.Any(i => i.Organisation == m.Organisation))];
        var readings = await Task.WhenAll(asked.Select(partner => partners.ReadAsync(acting, partner, patience, cancellationToken)));
        var published = hosted.Select(institution => Own(institution, institution == acting ? RuleVisibility.Hidden : RuleVisibility.Partners))
            .Concat(readings.Select(reading => new InstitutionRules(reading.Partner.Organisation, reading.Tables))).ToList();
        var findings = FederationCheck.Run(published, day);

        var response = new Wire.CheckFederationResponse { AsOfDate = EquivalenceMapping.Day(day), FindingCount = findings.Length };
        response.Findings.AddRange(findings.Take(MaxFindings).Select(ToWire));
        response.Institutions.AddRange(hosted.Select((institution, i) => Checked(published[i], institution.Name))
            .Concat(readings.Select((reading, i) => Told(Checked(published[hosted.Length + i], reading.Partner.Name), reading))).OrderBy(i => i.Institution, StringComparer.Ordinal));
        return response;
    }

    private static InstitutionRules Own(HostedInstitution institution, RuleVisibility upTo) =>
        new(institution.Organisation, [.. institution.Published.Current.Tables.Select(t => t with { Rules = [.. t.Rules.Where(r => r.Visibility <= upTo)] })]);

    private static Wire.CheckedInstitution Checked(InstitutionRules rules, string name) => new()
    {
        Institution = rules.Institution.Value, Name = name, Outcome = Wire.CheckedInstitution.Types.Outcome.Checked, RuleCount = rules.Tables.Sum(t => t.Rules.Length),
        Tables = { rules.Tables.Select(t => new Wire.TableVersion { TableId = t.Id.Value, Version = t.Version, Digest = t.Digest.Value }) },
    };

    private static Wire.CheckedInstitution Told(Wire.CheckedInstitution institution, PartnerReading reading)
    {
        (institution.Outcome, institution.Detail, institution.UnreadRuleCount) = (reading.Outcome, reading.Detail, reading.Unread);
        return institution;
    }

    private static Wire.FederationFinding ToWire(FederationFinding finding) => new()
    {
        Kind = SnakeCase.Of(finding.Code), Message = finding.Message, Severity = TableFindingMapping.ToWire(finding.Severity),
        Steps =
        {
            finding.Steps.Select(step => new Wire.RecognitionStep
            {
                Institution = step.Institution.Value, RuleId = step.Rule.Value, FromInstitution = step.From.Value, Code = step.Code, TargetUnit = step.Target.Value,
                EarnedEctsCreditsHundredths = step.Earned.Hundredths, GrantedEctsCreditsHundredths = step.Granted.Hundredths,
            }),
        },
    };
}
