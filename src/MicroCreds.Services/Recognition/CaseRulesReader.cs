using System.Collections.Immutable;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;

namespace MicroCreds.Services.Recognition;

/// <summary>Reads what the verbs of a case look up.</summary>
internal sealed class CaseRulesReader(TrustRegistry registry)
{
    /// <summary>Most agreements of one learner in one programme that are looked at: more than the semesters of any.</summary>
    private const int MaxAgreements = 50;

    /// <summary>The rules in force today, for a credential of an awarding body.</summary>
    public Task<CaseRules> ForAsync(HostedInstitution institution, OrganisationId? awardingBody, CancellationToken cancellationToken) => MakeAsync(institution, [awardingBody], null, cancellationToken);

    /// <summary>The rules for credentials that are submitted now.</summary>
    public async Task<CaseRules> ForSubmissionAsync(HostedInstitution institution, Application application, ImmutableArray<CredentialReport> reports, CancellationToken cancellationToken)
    {
        var rules = await MakeAsync(institution, reports.Select(r => r.AwardingBodyId), application, cancellationToken);
        rules = await DatedVersions.ApplyAsync(institution.Published, rules, application, reports, cancellationToken);
        return rules with { Book = Agreed(CaseRules.BookOf(rules.Published), rules.Agreements) };
    }

    /// <summary>The rules for a case that stands.</summary>
    public async Task<CaseRules> ForAsync(HostedInstitution institution, RecognitionCase c, CancellationToken cancellationToken)
    {
        var rules = await MakeAsync(institution, c.Reports.Select(r => r.AwardingBodyId), c.Application, cancellationToken);
        rules = await DatedVersions.ApplyAsync(institution.Published, rules, c.Application, c.Reports, cancellationToken);
        return rules with { Book = Agreed(c.Assessment is null ? CaseRules.BookOf(rules.Published) : await BookAsync(institution, c, cancellationToken), rules.Agreements) };
    }

    /// <summary>The rules by which a case was assessed; units and rules that the assessed version lacks are looked up in what is published now.</summary>
    public static async Task<RuleBook> BookAsync(HostedInstitution institution, RecognitionCase c, CancellationToken cancellationToken)
    {
        var published = institution.Published.Current;
        var now = CaseRules.BookOf(published);
        if (c.Assessment is not { } assessment || published.Tables.Any(t => t.Id == assessment.Table && t.Version == assessment.TableVersion)) return now;
        if (await institution.Tables.VersionAsync(assessment.Table, assessment.TableVersion, cancellationToken) is not { } applied) return now;
        var then = RuleBook.Of(applied);
        return new RuleBook(code => then.Unit(code) ?? now.Unit(code), id => then.Rule(id) ?? now.Rule(id));
    }

    /// <summary>The learning agreements of a case's learner in its programme.</summary>
    public static Task<ImmutableArray<AgreementHistory>> AgreementsAsync(HostedInstitution institution, Application application, CancellationToken cancellationToken) =>
        institution.Agreements.ListAsync(new(application.Learner, application.Programme, null), null, MaxAgreements, cancellationToken);

    private static RuleBook Agreed(RuleBook book, ImmutableArray<AgreementHistory> agreements) => agreements.SelectMany(a => a.Versions).Aggregate(book, (with, version) => with.With(version));

    private async Task<CaseRules> MakeAsync(HostedInstitution institution, IEnumerable<OrganisationId?> awardingBodies, Application? application, CancellationToken cancellationToken)
    {
        var published = institution.Published.Current;
        var grades = await institution.Grades.OfAsync(institution.Organisation, cancellationToken);
        foreach (var awardingBody in awardingBodies.OfType<OrganisationId>().Distinct().Where(body => body != institution.Organisation))
            grades = grades.AddRange(await institution.Grades.OfAsync(awardingBody, cancellationToken));
        return new CaseRules
        {
            Institution = institution.Organisation,
            Policy = institution.PolicyAmong(registry.Current),
            Published = published,
            Members = registry.Current,
            Grades = new GradeTableSet(grades),
            Agreements = application is null ? [] : await AgreementsAsync(institution, application, cancellationToken),
            Book = CaseRules.BookOf(published),
        };
    }
}
