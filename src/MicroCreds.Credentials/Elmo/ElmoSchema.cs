using System.Globalization;
using System.Xml.Linq;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.XmlSignature;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Elmo;

/// <summary>
/// What the schema of ELMO demands. Hardly a file in use fulfils it, so parts that are missing make a person look; values that are none of their
/// type, such as credits that are no number, refuse the file.
/// </summary>
internal static class ElmoSchema
{
    /// <summary>Namespace of all editions 1.x.</summary>
    public static readonly XNamespace Current = "https://github.com/emrex-eu/elmo-schemas/tree/v1";

    private const string Model = "ELMO 1.7, schema.xsd";
    private const int MaxShown = 10;

    public static VerificationCheck Make(XElement elmo, ElmCredential credential)
    {
        var values = credential.Achievements.SelectMany(a => a.Faults).Take(MaxShown).ToList();
        if (values.Count > 0) return new(CheckKind.Schema, CheckResult.Error, ReasonClass.SchemaInvalid, $"{string.Join("; ", values)}.", Model);
        var faults = Faults(elmo).Take(MaxShown + 1).ToList();
        if (faults.Count > MaxShown) faults[MaxShown] = "and more";
        return faults.Count == 0
            ? new(CheckKind.Schema, CheckResult.Ok, ReasonClass.None, "All parts that the schema demands are there.", Model)
            : new(CheckKind.Schema, CheckResult.Error, ReasonClass.SchemaInvalid, $"{string.Join("; ", faults)}.", Model) { Holds = true };
    }

    private static IEnumerable<string> Faults(XElement elmo)
    {
        if (elmo.Name.Namespace != Current) yield return "the namespace is not that of ELMO 1.x";
        if (elmo.Text("generatedDate") is null) yield return "generatedDate is missing";
        foreach (var name in (string[])["givenNames", "familyName"])
            if (elmo.One("learner")?.Text(name) is null) yield return $"learner/{name} is missing";
        var reports = elmo.Many("report").ToList();
        if (reports.Count == 0) yield return "report is missing";
        foreach (var (at, report) in reports.Index())
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"report[{at + 1}]");
            if (report.Text("issueDate") is null) yield return $"{place}/issueDate is missing";
            foreach (var name in (string[])["identifier", "title", "url"])
                if (report.One("issuer")?.Text(name) is null) yield return $"{place}/issuer/{name} is missing";
            // Asked for each part again, a whole of many thousand parts would be read as often.
            var counted = new HashSet<XElement>();
            foreach (var los in report.Descendants(report.Name.Namespace + "learningOpportunitySpecification"))
            {
                var credited = ElmoTranslation.HasEcts(los);
                if (credited) counted.Add(los);
                var title = los.Text("title");
                if (title is null) yield return $"{place}: a learningOpportunitySpecification has no title";
                if (los.One("specifies")?.One("learningOpportunityInstance") is null) yield return $"{place}: \"{title}\" has no learningOpportunityInstance";
                else if (ElmoTranslation.Status(los) is not ("passed" or "failed" or "in-progress")) yield return $"{place}: the status of \"{title}\" is none of passed, failed, in-progress";
                // schema.xsd, credit: only one node of a branch may carry ECTS credits, or they would be counted twice.
                if (credited && los.Ancestors(los.Name).Any(counted.Contains)) yield return $"{place}: \"{title}\" and what it is a part of both carry ECTS credits: they must not be counted twice";
            }
        }
    }
}
