using System.ComponentModel.DataAnnotations;
using System.Net;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Node.Composition;

namespace MicroCreds.Node.Configuration;

/// <summary>Reads the configuration: the file given by <c>--config</c>, then environment variables <c>MCF_Node__…</c>, then the command line.</summary>
internal static class NodeConfiguration
{
    /// <exception cref="ConfigurationException">A value is missing or wrong; every one is named.</exception>
    public static NodeOptions Read(IConfiguration configuration)
    {
        NodeOptions options;
        try
        {
            options = configuration.GetSection(NodeOptions.Section).Get<NodeOptions>(b => b.ErrorOnUnknownConfiguration = true) ?? new NodeOptions();
        }
        catch (InvalidOperationException e)
        {
            throw new ConfigurationException($"The configuration cannot be read: {Cause(e)}", e);
        }

        var faults = new List<string>();
        Check(options, "Node");
        Check(options.TrustList, "Node:TrustList");
        Check(options.Endpoints, "Node:Endpoints");
        foreach (var (institution, i) in options.Institutions.Select((x, i) => (x, i)))
        {
            Check(institution, $"Node:Institutions:{i}");
            Check(institution.Policy, $"Node:Institutions:{i}:Policy");
            if (institution.Organisation.Length > 0 && !OrganisationId.TryParse(institution.Organisation, out _))
                faults.Add($"Node:Institutions:{i}:Organisation '{institution.Organisation}' is not a SCHAC home-organisation identifier such as uni-a.example.");
            if (institution.StatusLists.Length > 0 && !(Uri.TryCreate(institution.StatusLists, UriKind.Absolute, out var lists) && lists is { Scheme: "https", UserInfo: "", Query: "", Fragment: "" } && institution.StatusLists.EndsWith('/')))
                faults.Add($"Node:Institutions:{i}:StatusLists '{institution.StatusLists}' is not an https address that ends with a slash, such as https://node.uni-a.example/status/uni-a.example/.");
        }

        foreach (var twice in options.Institutions.GroupBy(i => i.Organisation).Where(g => g.Count() > 1)) faults.Add($"Node:Institutions names {twice.Key} twice.");
        foreach (var (name, value) in new[] { ("Partner", options.Endpoints.Partner), ("Staff", options.Endpoints.Staff), ("Web", options.Endpoints.Web) })
            if (!IPEndPoint.TryParse(value, out _)) faults.Add($"Node:Endpoints:{name} '{value}' is not an address and port such as 127.0.0.1:7080.");
        if (options.Store.Length > 0 && !StoreAddress.IsKnown(options.Store)) faults.Add("Node:Store is neither empty, nor an address such as postgresql://account@host/database, nor file: with the path of a file that holds one.");
        if (options.PublicWebUrl.Length > 0 && !(Uri.TryCreate(options.PublicWebUrl, UriKind.Absolute, out var web) && web.Scheme is "http" or "https"))
            faults.Add($"Node:PublicWebUrl '{options.PublicWebUrl}' is not an address such as https://node.example.");
        foreach (var origin in options.Cors.Origins)
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var page) || page.Scheme is not ("http" or "https") || page.GetLeftPart(UriPartial.Authority) != origin)
                faults.Add($"Node:Cors:Origins '{origin}' is not an origin such as https://portal.uni-a.example, without a path and without a slash at its end.");
        Check(options.Trust, "Node:Trust");
        foreach (var (issuer, i) in options.Trust.Issuers.Select((x, i) => (x, i))) Check(issuer, $"Node:Trust:Issuers:{i}");
        foreach (var (list, i) in options.Trust.TrustedLists.Select((x, i) => (x, i))) Check(list, $"Node:Trust:TrustedLists:{i}");
        foreach (var (list, i) in options.Trust.RevocationLists.Select((x, i) => (x, i))) Check(list, $"Node:Trust:RevocationLists:{i}");
        faults.AddRange(OutsideComposition.Faults(options.Trust));
        if (options.TrustList.Threshold > options.TrustList.CoordinatorKeys.Count) faults.Add("Node:TrustList:Threshold asks for more signatures than there are coordinator keys.");
        if (faults.Count > 0) throw new ConfigurationException(string.Join(Environment.NewLine, faults));
        return options;

        void Check(object section, string path)
        {
            var results = new List<ValidationResult>();
            if (Validator.TryValidateObject(section, new ValidationContext(section), results, validateAllProperties: true)) return;
            faults.AddRange(results.Select(r => $"{path}:{string.Join(",", r.MemberNames)}: {r.ErrorMessage}"));
        }
    }

    // The binder wraps what it found in a sentence about itself; the one inside names the value.
    private static string Cause(Exception e) => e.InnerException is InvalidOperationException inner ? Cause(inner) : e.Message;
}
