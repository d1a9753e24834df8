using Grpc.Core;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Security;
using MemberService = MicroCreds.Federation.V1.MemberService;

namespace MicroCreds.Tests.Services.Members;

/// <summary>Echo through a partner: which of several hosted institutions asks. Deadlines are those of the wire, so the nodes follow the real clock's day.</summary>
public sealed class EchoTests : IAsyncLifetime
{
    private readonly TestClock _clock = new(TimeProvider.System.GetUtcNow());
    private TestConsortium _consortium = null!;
    private TestNode _roma = null!;
    private TestNode _both = null!;

    public async Task InitializeAsync()
    {
        _consortium = new TestConsortium(_clock.GetUtcNow());
        _roma = await TestNode.StartAsync([TestConsortium.Roma], _consortium, _clock);
        _both = await TestNode.StartAsync([TestConsortium.Voluntariado, TestConsortium.Outsider], _consortium, _clock);
    }

    public async Task DisposeAsync()
    {
        await _both.DisposeAsync();
        await _roma.DisposeAsync();
    }

    [Fact]
    public async Task staff_of_several_institutions_names_the_one_in_whose_name_it_asks()
    {
        var client = new MemberService.MemberServiceClient(_both.Staff("eve", StaffRole.Officer));
        var request = new EchoRequest { Institution = "uni-roma.example", Message = "hello" };
        Assert.Equal([PartnerRoute.OnBehalfOf], (await RpcRefusal.Of(async () => await client.EchoAsync(request))).Fields);
        var answer = await client.EchoAsync(request, new Metadata { { PartnerRoute.OnBehalfOf, "uni-c.example" } });
        Assert.Equal(("hello", "partner", "uni-c.example", "uni-roma.example"), (answer.Message, answer.CallerKind, answer.CallerName, answer.AnsweredBy));
    }

    [Fact]
    public async Task who_has_not_signed_in_is_told_so_before_what_is_wrong_with_the_request()
    {
        var anybody = new MemberService.MemberServiceClient(_roma.Anonymous());
        await RpcRefusal.Expect(StatusCode.Unauthenticated, "UNAUTHENTICATED", [], async () => await anybody.ListMembersAsync(new ListMembersRequest { PageSize = -1 }));
    }

    [Fact]
    public async Task staff_of_one_need_not_and_a_partner_is_never_passed_on()
    {
        var staff = new MemberService.MemberServiceClient(_both.StaffOf([TestConsortium.Outsider], "eve", StaffRole.Officer));
        var request = new EchoRequest { Institution = "uni-roma.example" };
        Assert.Equal("uni-c.example", (await staff.EchoAsync(request)).CallerName);
        var partner = new MemberService.MemberServiceClient(_both.Partner(TestConsortium.Madrid));
        await RpcRefusal.Expect(StatusCode.NotFound, "INSTITUTION_NOT_FOUND", ["institution"], async () => await partner.EchoAsync(request));
    }
}
