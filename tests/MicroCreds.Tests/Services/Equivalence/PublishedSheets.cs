using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Security;
using Admin = MicroCreds.Federation.V1.EquivalenceAdminService.EquivalenceAdminServiceClient;

namespace MicroCreds.Tests.Services.Equivalence;

/// <summary>Publishes sheets written as text, through the contract and by the node's clock.</summary>
internal static class PublishedSheets
{
    internal const string Header = "rule,target_unit,awarding_body,achievement_code,grant_ects,automatic,valid_from,valid_until,visibility\n";

    /// <summary>Publishes the units of <see cref="ImportDraftTests"/> with these rules, as rows under <see cref="Header"/>.</summary>
    internal static async Task<EquivalenceTable> PublishAsync(this TestNode node, params string[] rows)
    {
        var admin = new Admin(node.Staff("ada", StaffRole.Administrator));
        var import = ImportDraftTests.Request("1", Header + string.Concat(rows.Select(r => $"{r}\n")));
        import.RequestId = CaseDesk.Id();
        await admin.ImportDraftAsync(import);
        return (await admin.PublishDraftAsync(new PublishDraftRequest { RequestId = CaseDesk.Id(), TableId = "bsc", Reasons = { new WarningReason { Reason = "Looked at." } } })).Table;
    }

    /// <summary>Asks the node's own institution how it counts an achievement of Madrid.</summary>
    internal static async Task<FindEquivalencesResponse> AskAsync(CallInvoker caller, string code, string asOf = "", string body = "uni-madrid.example", string awarded = "") =>
        await new EquivalenceService.EquivalenceServiceClient(caller).FindEquivalencesAsync(
            new FindEquivalencesRequest { AsOfDate = asOf, Achievement = new AchievementDescription { AwardingBody = body, Code = code, AwardedDate = awarded } });
}
