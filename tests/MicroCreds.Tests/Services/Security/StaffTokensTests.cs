using System.Buffers.Text;
using System.Text;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Security;

/// <summary>Tokens of staff: short, readable by every node that holds the key, and by nobody changed or made.</summary>
public sealed class StaffTokensTests
{
    private static readonly OrganisationId Roma = OrganisationId.Parse("uni-roma.example");
    private static readonly OrganisationId Madrid = OrganisationId.Parse("uni-madrid.example");

    private readonly SigningKey _key = SigningKey.Generate();
    private readonly TestClock _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void says_who_somebody_is_at_every_node_that_holds_the_key()
    {
        var token = new StaffTokens(_key, _clock).Issue("olga.rossi@example", [StaffRole.Officer, StaffRole.Integrator], [Roma, Madrid], TimeSpan.FromHours(8));

        Assert.True(SigningKey.TryImportPem(_key.ExportPem(), out var same));
        var staff = new StaffTokens(same, _clock).Read(token);

        Assert.NotNull(staff);
        Assert.Equal("olga.rossi@example", staff.Account);
        Assert.True(staff.Roles.SetEquals([StaffRole.Officer, StaffRole.Integrator]));
        Assert.True(staff.Institutions.SetEquals([Roma, Madrid]));
        Assert.Null(new StaffTokens(SigningKey.Generate(), _clock).Read(token));
    }

    [Fact]
    public void keeps_every_role_and_no_institution_at_all()
    {
        foreach (var role in Enum.GetValues<StaffRole>())
        {
            Assert.InRange((int)role, 0, 7);
            var tokens = new StaffTokens(_key, _clock);
            var staff = tokens.Read(tokens.Issue("à é 學", [role], [], TimeSpan.FromHours(1)));
            Assert.Equal(role, Assert.Single(staff!.Roles));
            Assert.Equal("à é 學", staff.Account);
            Assert.Empty(staff.Institutions);
        }
    }

    [Fact]
    public void is_short_since_it_goes_with_every_call() =>
        Assert.Equal(36, new StaffTokens(_key, _clock).Issue("admin", Enum.GetValues<StaffRole>(), [], TimeSpan.FromDays(30)).Length);

    [Fact]
    public void a_token_changed_anywhere_is_none()
    {
        var tokens = new StaffTokens(_key, _clock);
        var bytes = Base64Url.DecodeFromChars(tokens.Issue("olga", [StaffRole.Officer], [Roma], TimeSpan.FromHours(8)));
        for (var place = 0; place < bytes.Length * 8; place++)
        {
            var changed = (byte[])bytes.Clone();
            changed[place / 8] ^= (byte)(1 << (place % 8));
            Assert.Null(tokens.Read(Base64Url.EncodeToString(changed)));
        }

        for (var length = 0; length < bytes.Length; length++) Assert.Null(tokens.Read(Base64Url.EncodeToString(bytes.AsSpan(..length))));
        Assert.Null(tokens.Read(Base64Url.EncodeToString([.. bytes, 0])));
    }

    [Fact]
    public void holds_until_its_end_and_not_at_it()
    {
        var tokens = new StaffTokens(_key, _clock);
        var token = tokens.Issue("olga", [StaffRole.Officer], [], TimeSpan.FromHours(8));
        _clock.Advance(TimeSpan.FromHours(8) - TimeSpan.FromSeconds(1));
        Assert.NotNull(tokens.Read(token));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(tokens.Read(token));
        Assert.Null(new StaffTokens(_key, _clock).Read(token));
    }

    [Fact]
    public void a_token_of_the_first_form_holds_until_it_ends()
    {
        var claims = $$"""{"iss":"mcf-node","sub":"olga","roles":["auditor","officer"],"institutions":["uni-roma.example"],"iat":0,"exp":{{_clock.GetUtcNow().AddHours(8).ToUnixTimeSeconds()}}}""";
        var token = CompactJws.Sign(Encoding.UTF8.GetBytes(claims), "mcf-staff+jwt", _key);
        var staff = new StaffTokens(_key, _clock).Read(token);

        Assert.NotNull(staff);
        Assert.Equal("olga", staff.Account);
        Assert.True(staff.Roles.SetEquals([StaffRole.Auditor, StaffRole.Officer]));
        Assert.Equal(Roma, Assert.Single(staff.Institutions));
        Assert.Null(new StaffTokens(SigningKey.Generate(), _clock).Read(token));
        _clock.Advance(TimeSpan.FromHours(8));
        Assert.Null(new StaffTokens(_key, _clock).Read(token));
    }

    [Fact]
    public void an_account_cannot_bring_institutions_along() =>
        Assert.Throws<ArgumentException>(() => new StaffTokens(_key, _clock).Issue("olga\nuni-roma.example", [StaffRole.Officer], [Madrid], TimeSpan.FromHours(8)));
}
