using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>
/// The JSON-LD contexts this node knows, by the address that credentials name them with. They lie in the assembly and are pinned by their
/// digest; no address is ever fetched, and a context of another content under a known address changes nothing here.
/// </summary>
internal static class PinnedContexts
{
    private static readonly FrozenDictionary<string, Lazy<JsonElement>> Contexts = All().ToFrozenDictionary(c => c.Address, c => new Lazy<JsonElement>(() => Load(c.File, c.Sha256)), StringComparer.Ordinal);

    /// <summary>Addresses that are pinned.</summary>
    public static IEnumerable<string> Addresses => Contexts.Keys;

    /// <summary>The context of an address; null when it is not pinned.</summary>
    public static JsonElement? Find(string address) => Contexts.TryGetValue(address, out var context) ? context.Value : null;

    private static JsonElement Load(string file, string sha256)
    {
        using var stream = typeof(PinnedContexts).Assembly.GetManifestResourceStream($"contexts/{file}") ?? throw new InvalidOperationException($"The context {file} is not in the assembly.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        if (Convert.ToHexStringLower(SHA256.HashData(content.ToArray())) != sha256) throw new InvalidOperationException($"The context {file} is not the one that is pinned.");
        return JsonDocument.Parse(content.ToArray()).RootElement.GetProperty("@context");
    }

    private static (string Address, string File, string Sha256)[] All() =>
    [
        ("https://imsglobal.github.io/openbadges-specification/ob_v3p0.html", "imsglobal.github.io-openbadges-specification-ob-v3p0.jsonld", "f71a6d96ef44c44c8de3b6a7df3e68b203a511fcd43cfc8d3cae806a5ea4ee2e"),
        ("https://purl.imsglobal.org/spec/clr/v2p0/context", "purl.imsglobal.org-spec-clr-v2p0-context.jsonld", "8f7a3bf9e12ac2f8f7cf7807db6e92921184f4ed44f5ab9d4ec4402502ef5f94"),
        ("https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", "purl.imsglobal.org-spec-clr-v2p0-context-2.0.1.jsonld", "92cadc5f5375b1557ecda9daca4899d03807e22a9ac8b72d24e3be08ca9699a8"),
        ("https://purl.imsglobal.org/spec/clr/v2p0/context.json", "purl.imsglobal.org-spec-clr-v2p0-context.jsonld", "8f7a3bf9e12ac2f8f7cf7807db6e92921184f4ed44f5ab9d4ec4402502ef5f94"),
        ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json", "purl.imsglobal.org-spec-ob-v3p0-context-3.0.1.jsonld", "3c9930f0b31932036968cba4c311196fa396625b8cc06de9f4d6c0fdabec174d"),
        ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json", "purl.imsglobal.org-spec-ob-v3p0-context-3.0.2.jsonld", "d0283fb47c9724001e9e60dd7fa5b74ecf7a295dbefba6c475dd04fa00a00e51"),
        ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "purl.imsglobal.org-spec-ob-v3p0-context-3.0.3.jsonld", "70a01e69f546a60735f1bfc18e7489c67697903330d0be5d66aa4cedd8bfc5e0"),
        ("https://purl.imsglobal.org/spec/ob/v3p0/context.json", "purl.imsglobal.org-spec-ob-v3p0-context.jsonld", "732fca635996e6ce3d54f0690da08b8c41a3e88bec8e6d9f2edc5a577ecd8e81"),
        ("https://purl.imsglobal.org/spec/ob/v3p0/context/ob_v3p0.jsonld", "purl.imsglobal.org-spec-ob-v3p0-context.jsonld", "732fca635996e6ce3d54f0690da08b8c41a3e88bec8e6d9f2edc5a577ecd8e81"),
        ("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json", "purl.imsglobal.org-spec-ob-v3p0-extensions.jsonld", "7c24eea3ee3398f7449f53270721e5e384e48d3c8c29516cf1e2f0e383024084"),
        ("https://w3c-ccg.github.io/vc-ed/plugfest-1-2022/jff-vc-edu-plugfest-1-context.json", "imsglobal.github.io-openbadges-specification-ob-v3p0.jsonld", "f71a6d96ef44c44c8de3b6a7df3e68b203a511fcd43cfc8d3cae806a5ea4ee2e"),
        ("https://w3id.org/citizenship/v4rc1", "w3id.org-citizenship-v4rc1.jsonld", "7e66a966aaa6c9fa17113eaa487e0797f5e49034238fc1f009af5b93e3484a72"),
        ("https://w3id.org/dcc/v1", "w3id.org-dcc-v1.jsonld", "493dd3d1b5d645cb005945d2189254b803a9c3370ad0efce88a8977019386cca"),
        ("https://w3id.org/security/data-integrity/v1", "w3id.org-security-data-integrity-v1.jsonld", "12f6e933d6181879aa5ee19d07400b696dbaf018c76788beb75aeb1d63f5ab6a"),
        ("https://w3id.org/security/data-integrity/v2", "w3id.org-security-data-integrity-v2.jsonld", "4e7215414df0bb60d3d7919cbf10ef2707b2ac5e1b573f9d38a6da5a00e1347c"),
        ("https://w3id.org/security/multikey/v1", "w3id.org-security-multikey-v1.jsonld", "41ea9651f8dba9000e5ad7c3549a46617c9d1f707298f5e06467ba26a5c9c479"),
        ("https://w3id.org/security/suites/ed25519-2018/v1", "w3id.org-security-suites-ed25519-2018-v1.jsonld", "9ebbdb6015c7fffeaae193a8a938fbe9d7fed72bfaef855b3f730d1f6a0ada97"),
        ("https://w3id.org/security/suites/ed25519-2020/v1", "w3id.org-security-suites-ed25519-2020-v1.jsonld", "2d966046608c08e7c6fa4fa271bf939690ed944b7e14cfb8c3ddfbf9ada81c8a"),
        ("https://w3id.org/security/suites/jws-2020/v1", "w3id.org-security-suites-jws-2020-v1.jsonld", "5ccf8dbf709b6996fc0018a1c79c84e58513911c3f254281ba3211f91fba3f0d"),
        ("https://w3id.org/security/v1", "w3id.org-security-v1.jsonld", "7b52448da9e3d6ecbd8a00f71b30c481fc7fbbbd9f50846603ef77b00769e082"),
        ("https://w3id.org/security/v2", "w3id.org-security-v2.jsonld", "c86323f40d09042d0f5b7fb89efad3e6585605b1918084946d1160da61b9e4c2"),
        ("https://w3id.org/vc/status-list/2021/v1", "w3id.org-vc-status-list-2021-v1.jsonld", "58468c76cc9ba028535735b4dadcd6200173d587fd3cbb558bf3c58cb814124e"),
        ("https://www.w3.org/2018/credentials/examples/v1", "www.w3.org-2018-credentials-examples-v1.jsonld", "e6bd0517a879ed6cc4910b85b56c3bb9192cfa3c01cb6903cef3b536ad05b395"),
        ("https://www.w3.org/2018/credentials/v1", "www.w3.org-2018-credentials-v1.jsonld", "a896cc026541e8ed4f031263f81591a0b94dd20304c153eecc65b099c88dbad8"),
        ("https://www.w3.org/ns/credentials/examples/v2", "www.w3.org-ns-credentials-examples-v2.jsonld", "8b899e658f4c09f005d6f43003473e48f7389b895fd02aebeb0af5d8ba26bc81"),
        ("https://www.w3.org/ns/credentials/status/v1", "www.w3.org-ns-credentials-status-v1.jsonld", "b09e1af9fe7cc34c12278f5b760b097fe451a0ffc3252a19586ef1801124114b"),
        ("https://www.w3.org/ns/credentials/v2", "www.w3.org-ns-credentials-v2.jsonld", "169b22d2762d79a6eeff9f86fefeeadd9dc200fac75f9df864e4109db0a99c0f"),
        ("https://www.w3.org/ns/did/v1", "www.w3.org-ns-did-v1.jsonld", "eaf22197230ff538be31f7908da49435f2a9d1e05f503ff37fc26499bceaaf71"),
    ];
}
